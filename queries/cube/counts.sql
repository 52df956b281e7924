/*
title: counts
summary: cases and bad cases per bucket of time, for all and for each value of each field - one row a slice, its buckets as lists
why: >
  The cube that the scans over time run on: counts add up, so what is made of a new day can be added to it. A slice of
  fewer than 20 cases inside the window, or with nothing bad in it, can hold no finding and is left out here, where that
  is cheap.
*/
with cells as (
    select
        era,
        case when era = 1 then floor((epoch("at") - $t0) / $width)::integer end as bucket,
        grouping(
            tenant, locale, region, client, route, feature, provider, model, prompt_version, app_version, index_version, arm, name
        ) as cut,
        coalesce(
            tenant, locale, region, client, route, feature, provider, model, prompt_version, app_version, index_version, arm, name
        ) as content,
        count(*) as n,
        count(*) filter (where bad) as bad
    from cases
    group by
        grouping sets (
            (era, bucket), (era, bucket, tenant), (era, bucket, locale), (era, bucket, region), (era, bucket, client),
            (era, bucket, route), (era, bucket, feature), (era, bucket, provider), (era, bucket, model),
            (era, bucket, prompt_version), (era, bucket, app_version), (era, bucket, index_version), (era, bucket, arm),
            (era, bucket, name)
        )
)
select
    cut,
    content,
    list(bucket) filter (where era = 1) as buckets,
    list(n::double) filter (where era = 1) as n,
    list(bad::double) filter (where era = 1) as bad,
    coalesce(sum(n) filter (where era = 0), 0)::double as n0,
    coalesce(sum(bad) filter (where era = 0), 0)::double as bad0
from cells
where content is not null or cut = $whole
group by cut, content
having
    (coalesce(sum(n) filter (where era = 1), 0) >= 20 and coalesce(sum(bad) filter (where era = 1), 0) > 0)
    or cut = $whole
order by cut desc, content
