/*
title: hourly values
summary: what a dashboard of an hour's work would show - one value an hour and kind, from obvious columns and phrases
why: >
  The baseline that `lab score` holds `check` against. A kind with no obvious column has no value here, and is missed.
*/
with told as (
    select
        date_trunc('hour', start) as hour,
        unnest([
            {kind: 'empty_answer', value: (status = 'ok' and trim(coalesce(output, '')) in ('', '{}', '[]', 'null'))::integer},
            {kind: 'truncated_answer', value: (finish_reason = 'length')::integer},
            {kind: 'refusal', value: regexp_matches(
                output, '(?i)i can(''|’)?t|i cannot|unable to (help|assist)|as an ai|죄송|할 수 없|드릴 수 없')::integer},
            {kind: 'error_as_answer', value: (status = 'ok' and regexp_matches(
                output, '(?i)error|exception|traceback|bad gateway|timed out|오류'))::integer},
            {kind: 'fallback_answer', value: (fallback is not null or regexp_matches(
                output, '(?i)try again later|something went wrong|잠시 후'))::integer},
            {kind: 'malformed_answer', value: (output_format = 'json' and not json_valid(output))::integer},
            {kind: 'no_evidence_answer', value: (status = 'ok' and retrieval_hits = 0)::integer},
            {kind: 'pii_in_answer', value: regexp_matches(
                output, '[\w.]+@[\w.]+\.\w+|\d{3}-\d{3,4}-\d{4}|\d{6}-\d{7}|sk-\w{16}')::integer},
            {kind: 'injection_attempts', value: regexp_matches(
                input, '(?i)ignore (all|any|the|your)? ?(previous|prior)|system prompt|이전 지시')::integer},
            {kind: 'error_burst', value: (status in ('error', 'timeout'))::integer},
            {kind: 'timeouts', value: (status = 'timeout' or duration_ms > 30000)::integer},
            {kind: 'auth_expiry', value: (http_status in (401, 403))::integer},
            {kind: 'latency_regression', value: duration_ms},
            {kind: 'retry_storm', value: attempts},
            {kind: 'runaway_loop', value: spans},
            {kind: 'cost_spike', value: cost_usd::double},
            {kind: 'stale_cache', value: (cache_age_s > cache_ttl_s)::integer},
            {kind: 'input_drift', value: length(input)},
            {kind: 'cache_drop', value: -(cache_status = 'hit')::integer},
            {kind: 'traffic_drop', value: -1}
        ]) as fact
    from requests
)
select
    hour,
    fact.kind as kind,
    case
        when fact.kind in ('cost_spike', 'traffic_drop') then sum(fact.value)
        else avg(fact.value)
    end::double as value
from told
where fact.value is not null
group by hour, fact.kind
having count(*) >= 5 or fact.kind = 'traffic_drop'
order by kind, hour
