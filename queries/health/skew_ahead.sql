/*
title: clocks that are ahead
summary: >
  Spans that took less time than what caused them and still end after it, because they begin as much later each time.
why: >
  Work that is put off ends after its caller too. It waits for the caller's end or for a free hand, so its beginnings vary
  with these; a clock's lag is the same whatever the caller does.
params:
  least: {value: 30, why: "spans: fewer may by chance begin as late as each other"}
  steady: {value: 0.25, why: a lag that varies by more than this part of itself is no clock}
  closer: {value: 0.5, why: of work that follows its caller's end the lag from there is the steadier one}
order: 41
sentence:
  en: "{n:,} spans begin {median_s:,.1f} s after the span that caused them and end after it, always as much later, from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC: the clock of {file} is ahead of that of {parent_file}."
  ko: "span {n:,}개가 자신을 부른 span보다 늘 같은 간격({median_s:,.1f}초)만큼 늦게 시작해 더 늦게 끝납니다({start:%Y-%m-%d %H:%M} ~ {stop:%Y-%m-%d %H:%M} UTC). {file}의 시계가 {parent_file}의 시계보다 빠릅니다."
*/
select
    count(*) as n,
    median(ahead_s) as median_s,
    min(start) as start,
    max(start) as stop,
    source_file as file,
    parent_file
from links
where
    ahead_s > 1
    and source_file <> parent_file
    and not (ahead_s > 1740 and abs(ahead_s - 1800 * round(ahead_s / 1800)) <= 60)
group by source_file, parent_file
having n >= $least and mad(ahead_s) <= $steady * median_s and mad(ahead_s) <= $closer * mad(after_s)
order by n desc, file, parent_file
limit 3
