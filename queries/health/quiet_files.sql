/*
title: holes of one file
summary: >
  Times without a record in one of several files in which its own hours always bring some, while others went on; the
  largest first. What the whole log misses is told there.
why: a collector or a service that stops logging for hours is no hole in the log as a whole, and numbers of that time are of the rest
params:
  least: {value: 30, why: "requests: chance alone leaves out thirty once in ten thousand billion times"}
  apart: {value: 3, why: of exponential waits the longest is hardly twice the eleventh longest}
order: 31
sentence:
  en: "No record in {file} from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC, where its hours usually bring about {missing:,} requests; other files went on."
  ko: "{start:%Y-%m-%d %H:%M}부터 {stop:%Y-%m-%d %H:%M}(UTC)까지 {file}에 기록이 없습니다. 평소 이 파일에는 이 시간에 요청이 약 {missing:,}개 있으며, 다른 파일은 계속되었습니다."
*/
with stood_still as (
    select
        f.file,
        f.start,
        max(epoch(least(f.stop, w.stop)) - epoch(greatest(f.start, w.start))) as all_s
    from missed as f
    inner join missed as w on w.start < f.stop and w.stop > f.start
    where w.file is null and f.file is not null
    group by f.file, f.start
)
select
    f.start,
    f.stop,
    round(f.missing)::bigint as missing,
    f.file
from missed as f
left join stood_still as s on f.file = s.file and f.start = s.start
where
    f.file is not null
    and f.missing >= $least
    and f.missing >= $apart * coalesce(f.common, 0)
    -- others went on: the whole log never stood still for half of it
    and coalesce(s.all_s, 0) * 2 < epoch(f.stop) - epoch(f.start)
order by f.missing desc, f.start, f.file
limit 3
