/*
title: mixed zones
summary: >
  Spans that begin whole half hours before what caused them, or after it ended, always the same: one of the two was written
  in another zone than it says.
params:
  least: {value: 3, why: work that was put off may by chance begin a whole half hour later}
order: 45
sentence:
  en: "{n:,} spans begin {hours:+g} hours off the span that caused them, from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC (most of them in {file}): zones are mixed."
  ko: "span {n:,}개가 자신을 부른 span과 {hours:+g}시간 어긋나게 시작합니다({start:%Y-%m-%d %H:%M} ~ {stop:%Y-%m-%d %H:%M} UTC, 가장 많은 파일: {file}). 시간대가 섞여 있습니다."
*/
with
offsets as (
    select
        *,
        round(ahead_s / 1800) / 2 as hours,
        abs(ahead_s - 1800 * round(ahead_s / 1800)) <= 60 as whole
    from links
    where outside and abs(ahead_s) > 1740
)
select
    hours,
    count_if(whole) as n,
    min(start) filter (where whole) as start,
    max(start) filter (where whole) as stop,
    mode(source_file order by source_file) as file
from offsets
where abs(hours) <= 14
group by hours
having n >= $least and n * 2 >= (select count(*) from offsets)
order by n desc
limit 3
