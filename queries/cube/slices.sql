/*
title: slices
summary: the fields by which a finding may be confined, one row per request
why: >
  A failed call has no model that answered, so it counts for the one that was asked for.
*/
select
    id, trace_id, $is_baseline as is_baseline, start, cost_usd, "user" as who,
    tenant, locale, region, client, route, feature, provider, coalesce(model, model_requested) as model,
    prompt_version, app_version, index_version, arm, name
from request_facts
