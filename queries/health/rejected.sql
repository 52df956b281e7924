/*
title: rejected records
summary: one row a reason, the commonest first, with where it was met first
order: 10
sentence:
  en: "Rejected {n:,} of {records:,} records: {reason} (first in {file}, line {line:,})."
  ko: "기록 {records:,}개 중 {n:,}개를 받지 못했습니다: {reason} (처음 나온 곳: {file} {line:,}행)"
*/
select
    count(*) as n,
    (select sum(l.records)::bigint from ledger as l where l.format is distinct from 'context') as records,
    r.reason,
    arg_min(r.source_file, (l.place, r.line)) as file,
    arg_min(r.line, (l.place, r.line)) as line
from $schema.rejects as r
inner join ledger as l on r.source_file = l.path
group by r.reason
order by n desc, r.reason
limit 5
