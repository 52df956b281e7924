/*
title: Cost rises
question: Does more money go out than time of day and week explain?
needs: [cost_usd | input_tokens]
rule: "11.9"
method: spend
unit: requests
hurts: money
measure: {name: cost per hour, unit: usd, stat: sum}
params:
  min_ratio: {value: 1.25, why: a quarter more is the least that people ask about when they read a bill}
  min_ratio_request: {value: 1.1, why: "what a request costs hardly varies with the hour, so that a tenth more is seen long before the bill shows it; told as low until money says more"}
  min_share_of_month: {value: 0.01, why: less than a hundredth of a month's bill is lost among its other turns}
  min_excess_usd: {value: 0.05, why: under a few cents nobody looks}
advice: >
  Follow the first driver - it holds most of the change. Cap what it can grow to (output tokens, steps, attempts, a
  budget for each tenant), then run the query again; cost per hour must be back at the usual level of the same hours.
*/
select id, trace_id, start as "at", false as bad, cost_usd::double as value
from request_facts
where cost_usd is not null
