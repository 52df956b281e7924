/*
title: dates far from all others
summary: spans more than a year from the middle of the log, where they are few
why: the newest record is "now" for every judgement, so one wrong date moves the window
params:
  most: {value: 0.01, why: more than one in a hundred are a part of the log and no slip}
order: 62
sentence:
  en: "{n:,} spans lie more than a year from the middle of the log ({start:%Y-%m-%d} to {stop:%Y-%m-%d}): are these dates right? The newest one counts as now."
  ko: "span {n:,}개가 로그의 중간에서 1년 넘게 떨어져 있습니다({start:%Y-%m-%d} ~ {stop:%Y-%m-%d}). 날짜가 맞습니까? 가장 새 기록을 현재로 봅니다."
*/
with middle as (
    select
        approx_quantile(start, 0.5) as at_middle,
        count(*) as spans
    from $schema.spans
    where start >= timestamp '2000-01-01'
)
select
    count(*) as n,
    min(s.start) as start,
    max(s.start) as stop
from $schema.spans as s
cross join middle as m
where
    s.start >= timestamp '2000-01-01'
    and (s.start > m.at_middle + interval 366 day or s.start < m.at_middle - interval 366 day)
having n > 0 and n <= $most * any_value(m.spans)
