/*
title: Traffic fell
question: Do fewer requests come than time of day and week let expect, while the log goes on?
needs: [start]
rule: "5.2"
method: level
unit: requests
measure: {name: requests per hour, unit: requests per hour}
params:
  min_share: {value: 0.3, why: less than a third missing is within what releases and days off do}
  min_missing: {value: 20, why: fewer requests are an anecdote}
advice: >
  Ask who sends this traffic, and look before the application - routing, DNS, quota, an expired client, a feature flag.
  Requests per hour must be back at the usual level of the same hours.
*/
select id, trace_id, start as "at", false as bad
from request_facts
