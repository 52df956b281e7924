/*
title: The same thing is done twice
question: Does an idempotency key have more than one effect, one after the other?
needs: [idempotency_key, status]
rule: "4.2"
method: fact
unit: requests with an idempotency key
measure: {name: requests that repeat what was done under their key, unit: requests, stat: count}
min_bad: 1
min_units: 1
advice: >
  Look at what the effect was (an order, a payment, a mail) and undo the second one. Store the key before the effect
  happens, its result with it, and keep both for longer than clients retry. Then run the query again - not one may be
  left.
*/
with keyed as (
    select distinct m.trace_id, m.request_id
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.idempotency_key is not null
),
again as (
    select m.trace_id, m.request_id, max(s.confidence) as confidence
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'duplicate_execution' and s.confidence >= 0.5
    group by m.trace_id, m.request_id
)
select r.id, r.trace_id, r.start as "at", a.request_id is not null as bad, a.confidence as value
from keyed as k
inner join request_facts as r on k.trace_id = r.trace_id and k.request_id = r.id
left join again as a on r.trace_id = a.trace_id and r.id = a.request_id
