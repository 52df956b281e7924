/*
title: arms
summary: requests of each arm and slot of time with what may be worse in them, by operation and one further field at a time
why: >
  Arms are compared like with like. A cut is an operation with the value of one more field; `arm_cases` holds one row a
  request with its measures. Durations and costs come as logarithms, for a few giant ones must not decide.
*/
with cuts as (
    unpivot (
        select
            arm, operation, least(floor(8 * (epoch("at") - epoch($a)) / greatest(epoch($b) - epoch($a), 1)), 7)::integer as slot,
            fails::double as fails, bad_answer::double as bad_answer, slow, dear, disliked,
            '' as every, client, locale, region, tenant, floor(epoch("at") / 21600)::bigint::varchar as hours
        from arm_cases
        where "at" >= $a and "at" < $b
    ) on every, client, locale, region, tenant, hours into name cut value content
),
measured as (
    unpivot cuts on fails, bad_answer, slow, dear, disliked into name measure value measured
)
select measure, cut, operation, content, slot, arm, count(*) as n, sum(measured) as total, sum(measured * measured) as squares
from measured
group by all
