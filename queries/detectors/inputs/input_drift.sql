/*
title: What comes in has changed
question: Do languages, lengths, forms, clients or places of the requests differ from what is usual at these hours?
needs: [input | client | locale | region]
rule: "12.1"
method: drift
unit: requests
measure: {name: share of requests with what has become more frequent, unit: share}
hurts: none
params:
  min_effect: {value: 0.05, why: "total variation under one in twenty is what mixes of users do from week to week"}
  min_new: {value: 0.01, why: "what was never seen before counts from one request in a hundred"}
  grave_effect: {value: 0.2, why: "one request in five is of another sort - look this week, even if nothing fails yet"}
advice: >
  Ask who sends this - a launch, a campaign, another client, a script? Then look at the answers to just these requests, for
  the system was tried on others. If it stays, put it into the evaluation set and name it as the new baseline.
*/
select id, trace_id, "at", false as bad
from features
