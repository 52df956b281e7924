/*
title: feature counts
summary: requests with each feature per slot of time, for all and for each operation
why: >
  What is long or short is told by the operation's own usual lengths - the median over days of each day's points, so that
  a drift of less than half the time does not hide itself. A fifth more than the upper quarter is longer, half more than
  the 95 % point is much longer (and so downward) - a letter or two is no drift where all lengths are alike.
*/
with lengths as (
    select operation, median(p5) as p5, median(p25) as p25, median(p75) as p75, median(p95) as p95
    from (
        select
            operation,
            quantile_cont(chars, 0.05) as p5, quantile_cont(chars, 0.25) as p25,
            quantile_cont(chars, 0.75) as p75, quantile_cont(chars, 0.95) as p95
        from brought
        where chars > 0 and (era = 0 or not $named)
        group by operation, floor(epoch("at") / 86400)
        having count(*) >= 20
    )
    group by operation
)
select
    b.*,
    b.chars > 1.5 * l.p95 as very_long, b.chars > 1.2 * l.p75 as longer,
    b.chars < l.p25 / 1.2 as shorter, b.chars < l.p5 / 1.5 as very_short
from brought as b
left join lengths as l on b.operation = l.operation
