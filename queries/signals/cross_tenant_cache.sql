/*
title: Another tenant's cache entry
kind: cross_tenant_cache
says: >
  A hit whose entry another tenant filled under the same key. Where the fill is not in the log, the tenant that the key
  was first seen with stands for it, if the content or the log's own habit says that keys belong to tenants.
needs: [cache_status, cache_key, tenant]
thresholds:
  .95: the log shows who filled it
  .97: the same, and the answer names the tenant that filled it
  .9: no fill in the log, and the answer names the tenant that the key was first seen with
  .7: no fill, and the same question of two tenants has two keys in this log (at least 3 such questions, 80 %)
  .4: no fill and no such habit; or a log in whose first half tenants share their keys throughout (at least 30 questions
    of several tenants, 80 % of them under a common key) - a cache that is common by design - while the answer names no one
*/
with foreign_hits as (
    select * from served
    where tenant <> owner and cache_key is not null
),
midpoint as (
    select min(start) + (max(start) - min(start)) / 2 as half from request_facts
),
asked as (
    select
        coalesce(r.route, r.feature, r.name, '') as operation, r.locale, q.question_key, r.tenant, r.cache_key,
        r.start < m.half as early
    from request_facts as r
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    cross join midpoint as m
    where r.cache_key is not null and r.tenant is not null
),
common as (
    select
        operation, locale, question_key, bool_and(early) as early,
        max(tenants) > 1 as shared
    from (
        select *, approx_count_distinct(tenant) over (partition by operation, locale, question_key, early, cache_key) as tenants
        from asked
    )
    group by operation, locale, question_key, early
    having count(distinct tenant) > 1
),
habit as (
    select
        count(*) filter (where early) >= 30 and avg(shared::integer) filter (where early) >= 0.8 as shares,
        count(*) >= 3 and avg(shared::integer) <= 0.2 as keeps_apart
    from common
),
named as (
    select f.*, contains(lower(t.answer), lower(f.owner)) and length(f.owner) >= 4 as names
    from foreign_hits as f
    left join texts as t on f.trace_id = t.trace_id and f.answer_id = t.id
)
select
    n.id, n.trace_id,
    case
        when n.names and n.fill_known then 0.97
        when n.names then 0.9
        when h.shares then 0.4
        when n.fill_known then 0.95
        when h.keeps_apart then 0.7
        else 0.4
    end::double as confidence,
    'entry of ' || n.owner || ' served to ' || n.tenant
        || case
            when n.names then ', whom the answer names'
            when not n.fill_known then ' (by the first use of its key)'
            else ''
        end as reason
from named as n
cross join habit as h
