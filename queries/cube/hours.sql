/*
title: hours
summary: requests and their cost per hour, for all and for slices - one row a slice, its hours as lists
why: >
  The base of everything that asks whether there is more, or less, than time of day and week explain. Which fields make
  slices is filled in by the caller from its own list. A slice that cost less than `least` dollars in all is left out, and
  a value that did makes no slice with another: thousands of tenants would make millions. Money is summed as DECIMAL and
  squares as whole micro-dollars, so that the order of threads changes nothing.
*/
with cells as (
    select
        floor((epoch(s.start) - $t0) / 3600)::integer as bucket/*fields*/,
        count(*) as n,
        coalesce(sum(s.cost_usd), 0) as cost,
        coalesce(sum(round(s.cost_usd::double * 1e6)::hugeint * round(s.cost_usd::double * 1e6)::hugeint), 0)::double / 1e12 as square
    from (select */*dear*/ from slices) as s
    where not s.is_baseline and s.start < $end
    group by grouping sets ( -- noqa: PRS
        /*sets*/
    )
)
select
    /*slice*/list(bucket) as buckets,
    list(n::double) as n,
    list(cost::double) as cost,
    list(square) as square
from cells
group by all
having $least = 0 or sum(cost) >= $least
