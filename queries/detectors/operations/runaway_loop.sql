/*
title: Requests go round and round
question: Do more requests than usual repeat their own steps without getting anywhere?
needs: [parent_id]
# the contract's line 11 puts loops before the money they cost; asked before "slower" too, for going round is why
rule: "6.4.11"
method: loops
unit: requests with more than one step
measure: {name: share of requests that go round in circles, unit: share}
alone: 0.05
hurts: money
params:
  most: {value: 0.1, why: "the contract's line 11 - where more than a tenth of all requests loop, the money is what stands out"}
advice: >
  Read one example step by step (retroburn show ID) - which step is repeated, and what does it get back? Cap steps and
  tokens for each request, stop when a call is made again with the same arguments, and let the model see that it was.
  The share, and the cost per request, must come down.
*/
with turns as (
    select trace_id, request_id, count(*) as steps
    from span_request
    group by trace_id, request_id
    having count(*) > 1
)
select r.id, r.trace_id, r.start as "at", s.id is not null as bad, t.steps as value
from request_facts as r
inner join turns as t on r.trace_id = t.trace_id and r.id = t.request_id
left join signals as s on r.trace_id = s.trace_id and r.id = s.id and s.kind = 'runaway_loop' and s.confidence >= 0.5
