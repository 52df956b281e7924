/*
title: Retries pile up
question: Do requests that end well need more attempts than usual?
needs: [status]
rule: "6.4"
method: rate
unit: requests
measure: {name: share of requests that were retried, unit: share}
advice: >
  Cap attempts and add a retry budget (a tenth of the calls) with jitter; find what fails first in the examples. The
  share of retried requests and the cost per request must both come down.
*/
select id, trace_id, start as "at", retries > 0 as bad, retries as value
from request_facts
