/*
title: Requests fail
question: Do more requests end in an error than usual?
needs: [status]
rule: "6.2"
method: rate
unit: requests
measure: {name: share of requests that fail, unit: share}
alone: 0.2
advice: >
  Read the error types of the examples and what was deployed or throttled at the onset; then run the query again - the
  share must be back at its usual value.
*/
select id, trace_id, start as "at", status = 'error' as bad
from request_facts
where status is not null
