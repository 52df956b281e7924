/*
title: Cached answers to other questions are served
question: Does a cache key stand for more than one question, or more than one set of parameters?
needs: [cache_status, cache_key]
rule: "3.3"
method: fact
beside: key_changed
unit: cache hits
measure: {name: share of cache hits that answer another question, unit: share}
min_bad: 3
min_units: 1
hurts: users
advice: >
  Compare question, model, temperature, prompt version and locale of the requests under one key; what differs must be
  part of the key. Empty the cache after the change. A good key never collides, so none may be left. (Three are asked
  for here, because a log may spell one question in two ways once or twice.)
*/
select
    h.request_id as id, h.trace_id, h.start as "at", s.id is not null as bad, s.confidence as value
from served as h
left join signals as s on h.trace_id = s.trace_id and h.id = s.id and s.kind = 'cache_collision' and s.confidence >= 0.5
where h.fill_known
