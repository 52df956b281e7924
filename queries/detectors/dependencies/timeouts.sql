/*
title: Requests run out of time
question: Do more requests than usual end in a time-out, are cancelled, or take longer than their time budget?
needs: [status | duration_ms | end]
rule: "6.1"
method: rate
unit: requests
measure: {name: share of requests that run out of time, unit: share}
alone: 0.2
advice: >
  Find the step that waits in the examples (retroburn show ID) and what its limit is. Give each call less time than its
  caller has left, so that nobody works for someone who has gone; then run the query again - the share must be
  back at its usual value.
*/
select
    r.id, r.trace_id, r.start as "at", s.id is not null as bad,
    case when r.status = 'timeout' then 1e9 else 0 end + coalesce(r.duration_ms, 0) as value
from request_facts as r
left join signals as s on r.trace_id = s.trace_id and r.root_id = s.id and s.kind = 'timeouts' and s.confidence >= 0.5
where r.status is not null or r.duration_ms is not null
