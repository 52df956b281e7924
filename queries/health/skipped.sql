/*
title: files that are no logs
order: 70
summary: files that nothing was read of, and that are not named as read in part
sentence:
  en: "Files that hold no log: {n:,} of {files:,} ({names}{more})."
  ko: "파일 {files:,}개 중 {n:,}개는 로그가 아닙니다: {names}{more}"
*/
select
    count_if(format is null and not named) as n,
    count(*) as files,
    array_to_string(list(path order by place) filter (where format is null and not named)[:3], ', ') as names,
    case when n > 3 then ' …' else '' end as more
from ledger
having n > 0
