/*
title: usual times
summary: the usual 95 % points of duration, of output tokens and of time a token in each group of requests
why: >
  The median over periods (days, or hours in a short log) of each period's own 95 % point - an incident of less than half
  the time cannot raise the bar that it is measured with. Periods of fewer than 20 requests say nothing; a group without
  enough of them takes its operation's bar, over all models.
*/
with compared as (
    select * from durations where not $named or is_baseline
),
periods as (
    select
        case when grouping(grp) = 0 then grp end as grp,
        case when grouping(wider) = 0 then wider end as wider,
        floor(epoch("at") / $period) as period,
        quantile_cont(duration_ms, 0.95) as p95,
        quantile_cont(output_tokens, 0.95) as tokens,
        quantile_cont(duration_ms / nullif(output_tokens, 0), 0.95) as ms_a_token,
        count(*) as n
    from compared
    group by grouping sets ((grp, floor(epoch("at") / $period)), (wider, floor(epoch("at") / $period)))
    having count(*) >= 20
)
select grp, wider, median(p95) as p95, median(tokens) as tokens, median(ms_a_token) as ms_a_token, sum(n) as n
from periods
group by grp, wider
having count(*) >= 2 or $named
