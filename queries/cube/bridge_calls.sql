/*
title: bridge calls
summary: for each side, route, class of call and model, calls, tokens and cost, and the products from which prices are fitted
why: the classes exclude each other - a step too many first, then another model in its place, then a further attempt
*/
with classed as (
    select
        d.side, d.weight, d.route, c.model, c.fresh, c.cached, c.output, c.cost, c.attempt,
        case when c.step > u.usual_steps then 3 when c.fell_back then 2 when c.attempt > 1 then 1 else 0 end as class
    from sided as d
    inner join paid_calls as c on d.trace_id = c.trace_id and d.id = c.request_id
    inner join usual_steps as u on d.route = u.route
)
select
    side,
    route,
    class,
    model,
    count(*) as seen,
    sum(weight) as calls,
    sum(weight) filter (where class <> 3 and attempt = 1) as operations,
    sum(weight * fresh) as fresh,
    sum(weight * cached) as cached,
    sum(weight * output) as output,
    sum(weight * cost) as cost,
    sum(fresh * fresh) as ff, sum(fresh * cached) as fc, sum(fresh * output) as fo,
    sum(cached * cached) as cc, sum(cached * output) as co, sum(output * output) as oo,
    sum(fresh * cost) as fy, sum(cached * cost) as cy, sum(output * cost) as oy
from classed
group by side, route, class, model
order by side, route, class, model
