/*
title: Requests on one key run at the same time and disagree
question: Do requests on one idempotency key overlap in time, each with an answer of its own?
needs: [idempotency_key, status, duration_ms | end]
rule: "4.1"
method: fact
unit: requests with an idempotency key
measure: {name: requests that ran at the same time as another on their key, unit: requests, stat: count}
min_bad: 2
min_units: 1
advice: >
  See which of the two answers was kept, and undo the other's effect. Take the key with one atomic write before the work
  begins, and let the second request wait or be told that the first is under way. Then run
  the query again - not one may be left.
*/
with keyed as (
    select distinct m.trace_id, m.request_id
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.idempotency_key is not null
),
raced as (
    select m.trace_id, m.request_id, max(s.confidence) as confidence
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'race' and s.confidence >= 0.5
    group by m.trace_id, m.request_id
)
select r.id, r.trace_id, r.start as "at", a.request_id is not null as bad, a.confidence as value
from keyed as k
inner join request_facts as r on k.trace_id = r.trace_id and k.request_id = r.id
left join raced as a on r.trace_id = a.trace_id and r.id = a.request_id
