/*
title: records of what the log does not hold
summary: scores, comments and events that name a request, a span or a session that is not in the log, so that they show nowhere
order: 52
sentence:
  en: "{n:,} records (scores, comments, events) belong to a request, span or session that is not in the log, and so show nowhere: the first is in {file}, line {line:,}, and names {named}."
  ko: "기록 {n:,}개(점수, 의견, 이벤트)가 가리키는 요청, span 또는 세션이 로그에 없어 어디에도 나타나지 않습니다. 처음 나온 곳은 {file} {line:,}행이며 {named}을(를) 가리킵니다."
*/
select
    sum(u.n)::bigint as n,
    arg_min(u.path, l.place) as file,
    arg_min(u.line, l.place) as line,
    arg_min(u.named, l.place) as named
from unplaced as u
inner join ledger as l on u.path = l.path
having n > 0
