/*
title: The cache serves failures
question: Do more cache hits than usual give out nothing, an error or a refusal that was stored?
needs: [cache_status, output | status]
rule: "3.1"
method: rate
unit: cache hits
measure: {name: share of cache hits that give out a stored failure, unit: share}
alone: 0.05
advice: >
  Empty the entries of the keys in the examples, and store only what ended ok and says something. All that was served
  from them must be answered again. The share of hits that give out a failure must be back at its usual value.
*/
with hit as (
    select s.id, s.trace_id, m.request_id, r.start
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    where s.cache_status = 'hit'
)
select h.request_id as id, h.trace_id, min(h.start) as "at", count(s.id) > 0 as bad, max(s.confidence) as value
from hit as h
left join signals as s on h.trace_id = s.trace_id and h.id = s.id and s.kind = 'cached_failure' and s.confidence >= 0.5
group by h.request_id, h.trace_id
