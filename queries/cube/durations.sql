/*
title: durations
summary: how long every request took that ended ok, with the group in which it is compared
why: >
  A cache hit, a model and an operation have times of their own, so a request is slow only beside its own group. Its
  tokens are kept - a longer answer takes longer by right.
*/
select
    id, trace_id, start as "at", $is_baseline as is_baseline, duration_ms, output_tokens,
    hash(coalesce(route, feature, name, ''), coalesce(model, model_requested, ''), coalesce(cache_status = 'hit', false)) as grp,
    hash(coalesce(route, feature, name, ''), coalesce(cache_status = 'hit', false)) as wider
from request_facts
where status = 'ok' and duration_ms >= 0 and duration_ms <= $time_budget_s * 1000
