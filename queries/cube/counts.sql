/*
title: counts
summary: cases and bad cases per bucket of time, for all and for each value of each field - one row a slice, its buckets as lists
why: >
  The cube that the scans over time run on: counts add up, so what is made of a new day can be added to it. A slice of
  fewer than 20 cases inside the window, or with nothing bad in it, can hold no finding and is left out here, where that
  is cheap. A case is laid out once for all and once for each field, and counted in one go: grouping sets count each field
  for itself, which for small logs takes three times as long.
*/
with laid_out as (
    select
        era,
        case when era = 1 then floor((epoch("at") - $t0) / $width)::integer end as bucket,
        bad,
        unnest([
            '', tenant, locale, region, client, route, feature, provider, model, prompt_version, app_version, index_version, arm, name
        ]) as content,
        unnest(range(14)) as place
    from cases
),
cells as (
    select era, bucket, place, content, count(*) as n, count(*) filter (where bad) as bad
    from laid_out
    where content is not null
    group by all
)
select
    place,
    content,
    list(bucket) filter (where era = 1) as buckets,
    list(n::double) filter (where era = 1) as n,
    list(bad::double) filter (where era = 1) as bad,
    coalesce(sum(n) filter (where era = 0), 0)::double as n0,
    coalesce(sum(bad) filter (where era = 0), 0)::double as bad0
from cells
group by place, content
having
    (coalesce(sum(n) filter (where era = 1), 0) >= 20 and coalesce(sum(bad) filter (where era = 1), 0) > 0)
    or place = 0
order by place <> 0, place desc, content
