/*
title: sittings
summary: how unevenly bad cases fall on people's days in usual times, and how many of a found interval one such day holds
why: >
  A person asks in sittings, and what one asks is alike: eight refusals of one evening are not eight cases. The rate is
  the usual one, so that an incident does not excuse itself. Cases whose user is not known stand alone.
*/
with days as (
    select
        coalesce(who, trace_id || id) as who,
        "at"::date as "day",
        era,
        era = 1 and "at" >= $a and "at" < $b as inside,
        count(*)::double as n,
        count(*) filter (where bad)::double as bad
    from cases
    where true /*where*/
    group by all
),
usual as (
    select n, bad, sum(bad) over () / sum(n) over () as rate
    from days
    where era = 0 or ($outside and not inside)
)
select
    sum((bad - rate * n) ** 2) / nullif(sum(n * rate * (1 - rate)), 0) as effect,
    -- how far the effect strays where nobody's cases hang together: Poisson counts of these means
    sqrt(sum(n * rate + 2 * (n * rate) ** 2)) / nullif(sum(n * rate), 0) as noise,
    (select sum(bad ** 2) / nullif(sum(bad), 0) from days where inside) as of_one
from usual
