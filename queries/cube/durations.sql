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
anti join signals as s on r.trace_id = s.trace_id and r.root_id = s.id and s.kind = 'timeouts' and s.confidence >= 0.5
where r.status = 'ok' and r.duration_ms >= 0
