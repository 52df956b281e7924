/*
title: what goes wrong beside stored failures
summary: >
  requests that the cache did not serve, and whether they gave nothing, an error, a refusal or a fallback; and hits that answer
  another question
why: >
  Where fresh answers fail more often than hits do, the cache only repeats what the model or a dependency does. And a key that
  serves one answer to many questions serves stored refusals among the others, and makes any answer look like a canned one.
*/
with collided as (
    select distinct m.trace_id, m.request_id as id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'cache_collision' and s.confidence >= 0.5
),
stored as (
    select distinct m.trace_id, m.request_id as id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'cached_failure' and s.confidence >= 0.5
)
select
    r.id, r.trace_id,
    coalesce(r.cache_status = 'hit', false) or r.status = 'error' or r.answer_id in (
        select s.id from signals as s
        where s.trace_id = r.trace_id and s.confidence >= 0.5
            and s.kind in ('empty_answer', 'error_as_answer', 'fallback_answer', 'refusal')
    ) as bad
from request_facts as r
left join collided as c on r.trace_id = c.trace_id and r.id = c.id
left join stored as f on r.trace_id = f.trace_id and r.id = f.id
where r.cache_status is distinct from 'hit' or (c.id is not null and f.id is null)
