/*
title: sided
summary: the requests of an episode (side 1), and those of the same hours of other days (side 0) with their weights
why: the weights make each class of hours count as many hours before as the episode has, so that time of day drives nothing
*/
create or replace temp table sided as
with weighted as (
    select unnest($buckets::integer[]) as bucket, unnest($weights::double[]) as weight
),
placed as (
    select
        trace_id, id, start,
        floor((epoch(start) - $t0) / 3600)::integer as bucket,
        start >= $a and start < $b as inside
    from slices
    where not is_baseline /*where*/
)
select
    p.trace_id,
    p.id,
    p.start,
    coalesce(f.route, f.name, '') as route,
    coalesce(f.cache_status = 'hit', false) as hit,
    p.inside::integer as side,
    case when p.inside then 1.0 else w.weight end::double as weight
from placed as p
inner join request_facts as f on p.trace_id = f.trace_id and p.id = f.id
left join weighted as w on p.bucket = w.bucket
where p.inside or w.weight is not null
