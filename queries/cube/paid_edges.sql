/*
title: paid edges
summary: requests around an edge in order of time, with their cost over the usual cost of their route
*/
with usual as (
    select d.route, sum(d.weight * s.cost_usd::double) / sum(d.weight) as cost
    from sided as d
    inner join slices as s on d.trace_id = s.trace_id and d.id = s.id and not s.is_baseline
    where d.side = 0 and s.cost_usd > 0
    group by d.route
),
near as (
    select trace_id, id, start, cost_usd::double as cost
    from slices
    where not is_baseline and cost_usd > 0 and start >= $a and start < $b /*where*/
)
select epoch(n.start) as seconds, n.cost / u.cost as relative
from near as n
inner join request_facts as f on n.trace_id = f.trace_id and n.id = f.id
inner join usual as u on coalesce(f.route, f.name, '') = u.route
where u.cost > 0
order by n.start, n.id
