/*
title: same minutes
summary: the requests that came in the same minutes of the days before and after
why: >
  What an hour usually brings may all come in a part of it, as a nightly job's calls do: then the rest of it is quiet on
  every day. Days of which the log does not hold those minutes are left out.
*/
with days as (
    select unnest(range(-$days, $days + 1)) as day
),
known as (
    select min(start) as first, max(start) as last from request_facts
),
windows as (
    select d.day, $a::timestamp + to_days(d.day) as first, $b::timestamp + to_days(d.day) as last
    from days as d
    cross join known as k
    where d.day <> 0 and $a::timestamp + to_days(d.day) >= k.first and $b::timestamp + to_days(d.day) <= k.last
)
select w.day::integer as day, count(r.id) as n
from windows as w
left join request_facts as r on r.start >= w.first and r.start < w.last
group by w.day
order by w.day
