/*
title: One tenant's cached answers reach another
question: Is anybody served an entry that another tenant filled?
needs: [cache_status, cache_key, tenant]
rule: "3.2"
method: fact
beside: key_changed
unit: cache hits
measure: {name: cache hits served from another tenant's entry, unit: hits, stat: count}
min_bad: 1
min_units: 1
hurts: data
advice: >
  Put the tenant into the cache key, empty the cache, and tell the tenants whose answers were shown. Then run the query
  again - not one hit may be left; there is no acceptable rate.
*/
select
    h.request_id as id, h.trace_id, h.start as "at", s.id is not null as bad, s.confidence as value
from served as h
left join signals as s on h.trace_id = s.trace_id and h.id = s.id and s.kind = 'cross_tenant_cache' and s.confidence >= 0.5
where h.tenant is not null and h.owner is not null
