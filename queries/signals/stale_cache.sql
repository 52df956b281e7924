/*
title: A cache hit that is too old
kind: stale_cache
says: >
  A hit older than its time to live, or than a newer prompt or index version: its entry was made before the version that
  serves it was first seen. An entry made by another version that was live at the same time is a collision of keys.
needs: [cache_status]
thresholds:
  5 seconds: clocks of the cache and of the app may be as far apart
  .95: older than its time to live, by the age that the log records; .8 where the age is taken from the fill's start
  .9: hit and fill name their versions, and the hit's is the newer
  .7: only the hit names one, first seen after the entry's age says it was stored; or neither, and the version before was
    gone by then
*/
with aged as (
    select
        id, trace_id,
        case when cache_age_s is null then 0.8 else 0.95 end as confidence,
        'entry of ' || round(age_s)::bigint || ' s, may live ' || round(cache_ttl_s)::bigint || ' s' as reason
    from served
    where age_s > cache_ttl_s + 5 and cache_ttl_s > 0
),
versioned as (
    select id, trace_id, operation, start, filled_at, 'prompt_version' as field, prompt_version as version, fill_prompt_version as made_by
    from served
    union all
    select id, trace_id, operation, start, filled_at, 'index_version', index_version, fill_index_version
    from served
),
newer as (
    select
        v.id, v.trace_id,
        case when v.made_by is not null then 0.9 else 0.7 end as confidence,
        'made before ' || v.field || ' ' || v.version || ', which it serves' as reason
    from versioned as v
    inner join versions as n on v.operation = n.operation and v.field = n.field and v.version = n.version
    left join versions as o on v.operation = o.operation and v.field = o.field and v.made_by = o.version
    where n.before is not null
        and case
            when v.made_by is null then v.filled_at + interval 5 second < n.first_seen
            else v.made_by <> v.version and o.first_seen < n.first_seen
        end
),
unnamed as (
    select
        v.id, v.trace_id, 0.7 as confidence,
        'made before ' || v.field || ' ' || n.version || ' replaced ' || n.before as reason
    from versioned as v
    asof inner join versions as n on v.operation = n.operation and v.field = n.field and v.start >= n.first_seen
    where v.version is null and n.before is not null and n.before_last_seen < v.start
        and v.filled_at + interval 5 second < n.first_seen
),
remodelled as (
    select s.id, s.trace_id, 0.8 as confidence, 'made by ' || s.fill_model || ' before ' || s.model || ' took over' as reason
    from served as s
    inner join (
        select coalesce(route, feature, name, '') as operation, tenant, model, min(start) as first_seen
        from request_facts
        where model is not null
        group by all
    ) as m on s.operation = m.operation and s.tenant is not distinct from m.tenant and s.model = m.model
    where s.fill_model <> s.model and s.fill_start < m.first_seen
)
select id, trace_id, max(confidence)::double as confidence, arg_max(reason, (confidence, reason)) as reason
from (
    select * from aged union all select * from newer union all select * from unnamed union all select * from remodelled
)
group by id, trace_id
