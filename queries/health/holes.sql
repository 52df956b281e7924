/*
title: holes in time
summary: >
  Times without a record of any kind in which the same hours of the days beside always bring some; the largest first.
  A log of less than three days on either side says nothing about its hours.
why: >
  What is missing must also be three times what the eleventh longest wait misses: in a log that comes in bursts, waits
  are long.
params:
  least: {value: 30, why: "requests: chance alone leaves out thirty once in ten thousand billion times"}
  apart: {value: 3, why: of exponential waits the longest is hardly twice the eleventh longest}
order: 30
sentence:
  en: "No record of any kind from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC, where these hours usually bring about {missing:,} requests."
  ko: "{start:%Y-%m-%d %H:%M}부터 {stop:%Y-%m-%d %H:%M}(UTC)까지 어떤 기록도 없습니다. 평소 이 시간에는 요청이 약 {missing:,}개 있습니다."
*/
select
    start,
    stop,
    round(missing)::bigint as missing
from missed
where file is null and missing >= $least and missing >= $apart * coalesce(common, 0)
order by missing desc, start
limit 3
