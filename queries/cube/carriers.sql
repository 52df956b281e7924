/*
title: carriers
summary: notes the requests of an episode that carry its excess, with their cost
why: which calls those are is filled in by the caller from its own list; without a list all that cost something are
*/
insert into hurt
with inside as (
    select s.id, s.trace_id, s.start, s.cost_usd::double as cost, coalesce(r.route, r.name, '') as route_or_name
    from slices as s
    inner join (select id, trace_id, route, name from request_facts) as r on s.trace_id = r.trace_id and s.id = r.id
    where not s.is_baseline and s.start >= $a and s.start < $b and s.cost_usd > 0
),
placed as (
    select id, trace_id
    from slices
    where not is_baseline /*where*/
)
select $hurt, f.id, f.trace_id, f.start, f.cost
from inside as f
semi join placed as p on f.trace_id = p.trace_id and f.id = p.id
where exists (
    select 1
    from paid_calls as c
    where c.trace_id = f.trace_id and c.request_id = f.id /*calls*/
)
