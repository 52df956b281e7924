/*
title: Logged costs do not follow from tokens and prices
question: Do more calls than usual cost something else than their tokens at the price of their model?
needs: [cost_usd, input_tokens, output_tokens, model]
rule: "10.1"
method: rate
unit: requests with priced calls
measure: {name: share of requests whose cost does not follow from tokens and prices, unit: share}
alone: 0.05
hurts: money
advice: >
  Hold the examples against the provider's invoice. Look at how streamed calls get their usage, whether cached tokens are
  part of the input tokens, at a price table that changed, and at calls logged in two layers. Until then every sum of costs
  of this time is wrong. The share must be back at its usual value.
*/
with priced as (
    select r.trace_id, r.request_id, max(s.confidence) as confidence
    from leaf_usage as u
    inner join span_request as r on u.trace_id = r.trace_id and u.id = r.id
    left join signals as s on u.trace_id = s.trace_id and u.id = s.id and s.kind = 'cost_mismatch' and s.confidence >= 0.5
    where u.cost_source = 'logged'
    group by r.trace_id, r.request_id
)
select f.id, f.trace_id, f.start as "at", p.confidence is not null as bad, p.confidence as value
from priced as p
inner join request_facts as f on p.trace_id = f.trace_id and p.request_id = f.id
