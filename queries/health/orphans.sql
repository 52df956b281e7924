/*
title: orphan spans
summary: spans whose parent is not in the log, and how many parents are lost
order: 50
sentence:
  en: "{n:,} spans name a parent that is not in the log ({parents:,} lost parents in {traces:,} traces)."
  ko: "span {n:,}개의 부모가 로그에 없습니다(사라진 부모 {parents:,}개, 트레이스 {traces:,}개)."
*/
select
    count(*) as n,
    count(distinct row(trace_id, parent_id)) as parents,
    count(distinct trace_id) as traces
from links
where ahead_s is null
having n > 0
