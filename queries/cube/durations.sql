/*
title: durations
summary: how long every request took that ended ok, with the group in which it is compared
why: >
  A cache hit, a model and an operation have times of their own, so a request is slow only beside its own group. Its
  tokens are kept - a longer answer takes longer by right.
*/
select
    r.id, r.trace_id, r.start as "at", $is_baseline as is_baseline, r.duration_ms, r.output_tokens,
    hash(
        coalesce(r.route, r.feature, r.name, ''), coalesce(r.model, r.model_requested, ''), coalesce(r.cache_status = 'hit', false)
    ) as grp,
    hash(coalesce(r.route, r.feature, r.name, ''), coalesce(r.cache_status = 'hit', false)) as wider
from request_facts as r
left join long_runs as j
    on r.trace_id = j.trace_id and r.id = j.request_id and j.longest_ms <= $time_budget_s * 1000 and not $time_budget_is_set
where r.status = 'ok' and r.duration_ms >= 0 and (r.duration_ms <= $time_budget_s * 1000 or j.request_id is not null)
