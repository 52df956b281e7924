/*
title: requests by their ids
summary: what pages show of a request that stands for a finding - text as logged, not yet masked, and the main columns
*/
select
    id,
    trace_id,
    start,
    input,
    output,
    status,
    model,
    tenant,
    locale,
    duration_ms,
    cost_usd::double as cost_usd
from requests
where list_contains($ids, id)
