/*
title: arm cases
summary: one row a request that has an arm, with each thing that may be worse - null where it says nothing of it
why: >
  `slow` and `dear` are logarithms of costs, and of durations of requests that ended ok - not from the cache, which takes no
  time. `disliked` is how far a request's scores lie under the usual of their name, in standard deviations of it, lower
  being better where --config says so.
*/
create or replace temp table arm_cases as
with scales as (
    select name, avg(value) as usual, stddev_samp(value) as spread
    from given_scores
    group by name
    having count(*) >= 20 and stddev_samp(value) > 0
),
rated as (
    select
        g.request_id, g.trace_id,
        avg((s.usual - g.value) / s.spread
            * case when list_contains(string_split($lower_is_better, ','), g.name) then -1 else 1 end) as disliked
    from given_scores as g
    inner join scales as s on g.name = s.name
    group by g.request_id, g.trace_id
)
select
    f.id, f.trace_id, f.start as "at", f.arm,
    coalesce(f.route, f.feature, f.name, '') as operation,
    f.client, f.locale, f.region, f.tenant,
    case when f.status is not null then f.status <> 'ok' end as fails,
    case when f.status = 'ok' and t.has_output then w.id is not null end as bad_answer,
    case when f.status = 'ok' and f.duration_ms > 0 and coalesce(f.cache_status, '') <> 'hit' then ln(f.duration_ms) end as slow,
    case when f.cost_usd > 0 then ln(f.cost_usd::double) end as dear,
    r.disliked
from request_facts as f
left join texts as t on f.trace_id = t.trace_id and f.answer_id = t.id
left join bad_answers as w on f.trace_id = w.trace_id and f.answer_id = w.id
left join rated as r on f.trace_id = r.trace_id and f.id = r.request_id
where f.arm is not null and f.start < $end
