/*
title: requests that fail without a time-out
summary: every request, and whether it ended in an error that tells of no time-out
why: where these are more than the time-outs, the time-outs are some of many errors
*/
select r.id, r.trace_id, r.status = 'error' and s.id is null as bad
from request_facts as r
left join signals as s on r.trace_id = s.trace_id and r.root_id = s.id and s.kind = 'timeouts' and s.confidence >= 0.5
