/*
title: unpriced calls
summary: how many calls of an episode used tokens and have no known cost
*/
with inside as (
    select trace_id, id
    from slices
    where not is_baseline and start >= $a and start < $b /*where*/
)
select count(*) as calls
from leaf_usage as u
inner join span_request as r on u.trace_id = r.trace_id and u.id = r.id
inner join inside as i on r.trace_id = i.trace_id and r.request_id = i.id
where u.cost_source = 'unknown'
