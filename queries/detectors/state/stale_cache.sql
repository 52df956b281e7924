/*
title: The cache serves stale entries
question: Do more cache hits than usual outlive their time, or a newer prompt, model or index?
needs: [cache_status, cache_age_s | prompt_version | index_version | model]
rule: "3.4"
method: rate
unit: cache hits
measure: {name: share of cache hits that are too old, unit: share}
alone: 0.05
advice: >
  Look at how entries expire and at what the key holds: a version that changes answers must be part of it, or a release
  must empty the cache. The share of hits too old must be back at its usual value - clocks apart leave one in a thousand.
*/
select
    h.request_id as id, h.trace_id, h.start as "at", s.id is not null as bad, h.age_s as value
from served as h
left join signals as s on h.trace_id = s.trace_id and h.id = s.id and s.kind = 'stale_cache' and s.confidence >= 0.5
where (h.age_s is not null and h.cache_ttl_s > 0)
    or (h.filled_at is not null and coalesce(h.prompt_version, h.index_version, h.model) is not null)
