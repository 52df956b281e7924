/*
title: counts
summary: cases and bad cases per bucket of time, for all and for each value of each field
why: the cube that the scans over time run on - counts add up, so what is made of a new day can be added to it
*/
select
    era,
    case when era = 1 then floor((epoch("at") - $t0) / $width)::integer end as bucket,
    grouping(tenant, locale, region, client, route, feature, provider, model, prompt_version, app_version, index_version, arm, name) as cut,
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
