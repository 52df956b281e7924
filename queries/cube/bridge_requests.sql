/*
title: bridge requests
summary: for each side of a comparison and each route, requests, how many the cache served, and the usual number of steps
why: >
  `sided` holds the requests to compare, each with its side (0 before, 1 after) and its weight. A step beyond what nineteen
  in twenty requests of the route make usually is one too many; where a route is new, its own requests say what is usual.
*/
with stepped as (
    select trace_id, request_id, max(step) as steps
    from paid_calls
    group by trace_id, request_id
)
select
    d.route,
    sum(d.weight) filter (where d.side = 0) as requests_before,
    sum(d.weight) filter (where d.side = 1) as requests_after,
    sum(d.weight) filter (where d.side = 0 and d.hit and p.steps is null) as hits_before,
    sum(d.weight) filter (where d.side = 1 and d.hit and p.steps is null) as hits_after,
    coalesce(
        quantile_disc(p.steps, 0.95) filter (where d.side = 0),
        quantile_disc(p.steps, 0.95)
    ) as usual_steps
from sided as d
left join stepped as p on d.trace_id = p.trace_id and d.id = p.request_id
group by d.route
order by d.route
