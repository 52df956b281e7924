/*
title: More attempts to take the model over
question: Do more requests than usual carry a prompt injection, from users or in what was retrieved?
needs: [input | output]
# the contract's line 8 - an attack that was declined is told here alone, so it is asked before refusals
rule: "8.0"
method: rate
unit: requests
measure: {name: share of requests with an attempt, unit: share}
alone: 0.02
advice: >
  Read the examples, then their answers - did any give away the prompt, or do what a document told it to? See who sends
  them (tenant, user, client) or which document or tool carries them, and take it out of the index. A rule that holds
  must lie outside the model - in what its tools are allowed to do. The share must be back at its usual value.
*/
with attempts as (
    select r.trace_id, r.request_id, max(s.confidence) as confidence
    from signals as s
    inner join span_request as r on s.trace_id = r.trace_id and s.id = r.id
    where s.kind = 'injection_attempts' and s.confidence >= 0.5
    group by r.trace_id, r.request_id
)
select f.id, f.trace_id, f.start as "at", a.request_id is not null as bad, a.confidence as value
from request_facts as f
left join attempts as a on f.trace_id = a.trace_id and f.id = a.request_id
