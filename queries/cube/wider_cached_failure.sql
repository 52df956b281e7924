/*
title: fresh answers that fail
summary: requests that the cache did not serve, and whether they gave nothing, an error, a refusal or a fallback
why: where these fail more often than hits do, the cache only repeats what the model or a dependency does
*/
select
    r.id, r.trace_id,
    r.status = 'error' or r.answer_id in (
        select s.id from signals as s
        where s.trace_id = r.trace_id and s.confidence >= 0.5
            and s.kind in ('empty_answer', 'error_as_answer', 'fallback_answer', 'refusal')
    ) as bad
from request_facts as r
where r.cache_status is distinct from 'hit'
