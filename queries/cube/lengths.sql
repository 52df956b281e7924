/*
title: lengths
summary: the share of requests longer, and shorter, than nine in ten were before, then and now
why: >
  A distance between two distributions says that lengths changed, not in which direction and how far.
*/
with bounds as (
    select
        quantile_disc(chars, 0.9) filter (where "at" < $split or is_baseline) as long,
        quantile_disc(chars, 0.1) filter (where "at" < $split or is_baseline) as short
    from mixed
),
sides as (
    select "at" >= $split and not is_baseline as is_now, chars > long as longer, chars < short as shorter, long, short
    from mixed cross join bounds
    where chars is not null
),
shares as (
    select
        format('> {}', any_value(long)) as longer_than,
        format('< {}', any_value(short)) as shorter_than,
        avg(longer::int) filter (where not is_now) as longer_before,
        avg(longer::int) filter (where is_now) as longer_now,
        avg(shorter::int) filter (where not is_now) as shorter_before,
        avg(shorter::int) filter (where is_now) as shorter_now
    from sides
)
select longer_than as changed, coalesce(longer_before, 0) as before, coalesce(longer_now, 0) as now from shares
union all
select shorter_than, coalesce(shorter_before, 0), coalesce(shorter_now, 0) from shares
