/*
title: missed
summary: >
  Waits of more than five minutes without a record, with the requests that these hours usually bring: of the whole log
  (`file` is null) and, where there are several, of each large file that goes on for days.
why: >
  The usual of an hour is the least of what is known: the middle of the seven days before, of the seven days after, the same
  hour a week before and after, and on a weekend that of its other day. So a night, a weekend, a demo before the launch and a log that ends are no holes.
  Requests of the whole are spans without a parent; a file may hold only what these called, so there traces are counted.
  Twenty files are enough: what stands still in the hundredth largest is no part of the log's worth.
*/
create or replace temp table missed as
with
large as (
    select source_file as file
    from $schema.spans
    where start >= timestamp '2000-01-01' and (select count(*) from ledger where format is not null and format <> 'context') > 1
    group by source_file
    having max(start) - min(start) > interval 4 day
    order by count(*) desc, source_file
    limit 20
),
minutes as (
    select
        null::varchar as file,
        time_bucket(interval 1 minute, start) as minute,
        max(start) as newest,
        min(start) as oldest,
        count_if(parent_id is null) as n
    from $schema.spans
    where start >= timestamp '2000-01-01'
    group by minute
    union all by name
    select
        source_file as file,
        time_bucket(interval 1 minute, start) as minute,
        max(start) as newest,
        min(start) as oldest,
        count(distinct trace_id) as n
    from $schema.spans
    where start >= timestamp '2000-01-01' and source_file in (select l.file from large as l)
    group by source_file, minute
),
waits as (
    select
        file,
        lag(newest) over (partition by file order by minute) as start,
        oldest as stop
    from minutes
    qualify stop - start > interval 5 minute
),
edges as (
    select
        file,
        time_bucket(interval 1 hour, min(minute)) as oldest,
        time_bucket(interval 1 hour, max(minute)) as newest
    from minutes
    group by file
),
hours as (
    -- a log that spans years by a wrong date says nothing about its hours
    select
        file,
        unnest(generate_series(oldest, newest, interval 1 hour)) as hour
    from edges
    where newest - oldest < interval 1000 day
),
counted as (
    select
        h.file,
        h.hour,
        coalesce(sum(m.n), 0) as n
    from hours as h
    left join minutes as m on h.file is not distinct from m.file and h.hour = time_bucket(interval 1 hour, m.minute)
    group by h.file, h.hour
),
beside as (
    select
        file,
        hour,
        case when count(*) over earlier >= 3 then quantile_cont(n, 0.5) over earlier end as before,
        case when count(*) over later >= 3 then quantile_cont(n, 0.5) over later end as after,
        lag(n, 7) over days as week_before,
        lead(n, 7) over days as week_after,
        case isodow(hour) when 6 then lead(n) over days when 7 then lag(n) over days end as weekend
    from counted
    window
        days as (partition by file, hour(hour) order by hour),
        earlier as (partition by file, hour(hour) order by hour rows between 7 preceding and 1 preceding),
        later as (partition by file, hour(hour) order by hour rows between 1 following and 7 following)
),
usual as (
    select
        file,
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
        file,
        hour,
        n,
        sum(n) over (partition by file order by hour) - n as until
    from usual
),
expected as (
    select
        w.file,
        w.start,
        w.stop,
        b.until + b.n * (epoch(w.stop) - epoch(b.hour)) / 3600
        - a.until - a.n * (epoch(w.start) - epoch(a.hour)) / 3600 as missing
    from waits as w
    inner join running as a on w.file is not distinct from a.file and time_bucket(interval 1 hour, w.start) = a.hour
    inner join running as b on w.file is not distinct from b.file and time_bucket(interval 1 hour, w.stop) = b.hour
    inner join edges as e on w.file is not distinct from e.file
    -- where what came before is shorter than the wait it was a demo, then the launch
    where w.start - e.oldest >= least(w.stop - w.start, interval 7 day)
)
select
    *,
    nth_value(missing, 11) over (partition by file order by missing desc rows between unbounded preceding and unbounded following) as common
from expected
