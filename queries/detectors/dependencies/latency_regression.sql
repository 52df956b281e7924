/*
title: Requests take longer
question: Do more requests than usual take longer than 95 in 100 of their like usually do?
needs: [duration_ms | end]
rule: "6.5"
method: slower
unit: requests
hurts: patience
measure: {name: 95 % point of duration, unit: ms, stat: p95}
params:
  min_slowdown: {value: 1.15, why: "a 95 % point or a median that moves by less than a seventh is not noticed by anyone"}
advice: >
  Look at the slowest examples step by step (retroburn show ID) - which step takes the time, the model, the search or the
  queue before them? Compare with what was deployed, or throttled, at the onset. The 95 % point must be
  back at its usual value.
*/
select r.id, r.trace_id, r.start as "at", false as bad, r.duration_ms as value
from request_facts as r
-- what ran out of time is told as that
anti join signals as s on r.trace_id = s.trace_id and r.root_id = s.id and s.kind = 'timeouts' and s.confidence >= 0.5
where r.status = 'ok' and r.duration_ms >= 0
