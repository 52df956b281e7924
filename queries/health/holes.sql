/*
title: holes in time
summary: >
  Times without a record of any kind in which the same hours of the days beside always bring some; the largest first.
  A log of less than three days on either side says nothing about its hours.
why: >
  The usual of an hour is the least of what is known: the middle of the seven days before, of the seven days after, the same
  hour a week before and after, and on a weekend that of its other day. So a night, a weekend, a demo before the launch and a log that ends are no holes. What is missing
  must also be three times what the eleventh longest wait misses: in a log that comes in bursts, waits are long.
params:
  least: {value: 30, why: "requests: chance alone leaves out thirty once in ten thousand billion times"}
  apart: {value: 3, why: of exponential waits the longest is hardly twice the eleventh longest}
order: 30
sentence:
  en: "No record of any kind from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC, where these hours usually bring about {missing:,} requests."
  ko: "{start:%Y-%m-%d %H:%M}부터 {stop:%Y-%m-%d %H:%M}(UTC)까지 어떤 기록도 없습니다. 평소 이 시간에는 요청이 약 {missing:,}개 있습니다."
*/
with
minutes as (
    select
        time_bucket(interval 1 minute, start) as minute,
        max(start) as newest,
        min(start) as oldest,
        count_if(parent_id is null) as n
    from $schema.spans
    where start >= timestamp '2000-01-01'
    group by minute
),
waits as (
    select
        lag(newest) over (order by minute) as start,
        oldest as stop
    from minutes
    qualify stop - start > interval 5 minute
),
edges as (
    select
        time_bucket(interval 1 hour, min(minute)) as oldest,
        time_bucket(interval 1 hour, max(minute)) as newest
    from minutes
),
hours as (
    -- a log that spans years by a wrong date says nothing about its hours
    select unnest(generate_series(oldest, newest, interval 1 hour)) as hour
    from edges
    where newest - oldest < interval 1000 day
),
counted as (
    select
        h.hour,
        coalesce(sum(m.n), 0) as n
    from hours as h
    left join minutes as m on h.hour = time_bucket(interval 1 hour, m.minute)
    group by h.hour
),
beside as (
    select
        hour,
        case when count(*) over earlier >= 3 then quantile_cont(n, 0.5) over earlier end as before,
        case when count(*) over later >= 3 then quantile_cont(n, 0.5) over later end as after,
        lag(n, 7) over days as week_before,
        lead(n, 7) over days as week_after,
        case isodow(hour) when 6 then lead(n) over days when 7 then lag(n) over days end as weekend
    from counted
    window
        days as (partition by hour(hour) order by hour),
        earlier as (partition by hour(hour) order by hour rows between 7 preceding and 1 preceding),
        later as (partition by hour(hour) order by hour rows between 1 following and 7 following)
),
usual as (
    select
        hour,
        case
            when coalesce(before, after) is null then 0
            when isodow(hour) >= 6 and coalesce(week_before, week_after, weekend) is null then 0
            else least(before, after, week_before, week_after, weekend)
        end as n
    from beside
),
running as (
    -- what was to be expected from the beginning of the log to the beginning of each hour
    select
        hour,
        n,
        sum(n) over (order by hour) - n as until
    from usual
),
missed as (
    select
        w.start,
        w.stop,
        b.until + b.n * (epoch(w.stop) - epoch(b.hour)) / 3600
        - a.until - a.n * (epoch(w.start) - epoch(a.hour)) / 3600 as missing
    from waits as w
    inner join running as a on time_bucket(interval 1 hour, w.start) = a.hour
    inner join running as b on time_bucket(interval 1 hour, w.stop) = b.hour
    cross join edges as e
    -- where what came before is shorter than the wait it was a demo, then the launch
    where w.start - e.oldest >= least(w.stop - w.start, interval 7 day)
),
ranked as (
    select
        *,
        nth_value(missing, 11) over (order by missing desc rows between unbounded preceding and unbounded following) as common
    from missed
)
select
    start,
    stop,
    round(missing)::bigint as missing
from ranked
where missing >= $least and missing >= $apart * coalesce(common, 0)
order by missing desc, start
limit 3
