/*
title: actors
summary: for each side of a comparison, requests, requests per user and hour, and those of its largest user
why: >
  Users are told apart within their tenant; sessions stand for them where users are not named. Requests of one hour are
  counted together, as every longer time makes each user look busier when more of it is looked at.
*/
with acting as (
    select
        d.side, d.weight, floor((epoch(d.start) - $t0) / 3600) as hour,
        nullif(concat_ws(chr(31), f.tenant, coalesce(f."user", f.session)), '') as actor,
        coalesce(f."user", f.session) is not null as named
    from sided as d
    inner join request_facts as f on d.trace_id = f.trace_id and d.id = f.id
),
hourly as (
    select side, hour, actor, any_value(weight) as weight, count(*) as n
    from acting
    where named
    group by side, hour, actor
),
largest as (
    select side, max(total) as largest
    from (select side, actor, sum(n * weight) as total from hourly group by side, actor)
    group by side
)
select h.side, sum(h.n * h.weight) as requests, sum(h.n * h.weight) / sum(h.weight) as each, any_value(l.largest) as largest
from hourly as h
inner join largest as l on h.side = l.side
group by h.side
