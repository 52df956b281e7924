/*
title: Portkey
summary: log exports of the AI gateway (JSON lines), with whichever columns were asked for
docs: https://portkey.ai/docs/product/observability/logs-export
fills: >
  id trace_id kind start end duration_ms status error_type error_message http_status attempt fallback provider model_requested
  model input output output_format finish_reason input_tokens output_tokens cache_read_tokens cache_write_tokens
  reasoning_tokens cost_usd temperature seed cache_status guardrail_action tenant user session region locale feature client
  prompt_version app_version attributes
detect: >
  len(list_intersect(json_keys(body), [
    'ai_org', 'ai_model', 'req_units', 'res_units', 'total_units', 'retry_success_count', 'prompt_slug', 'virtual_key',
    'is_success', 'cost_currency'])) >= 3
  and has_any(body, ['ai_org', 'ai_model', 'req_units', 'res_units'])
then: bodies
*/
with
named as (
    select
        *,
        from_json(body, '{
            "id": "json", "trace_id": "json", "created_at": "json", "is_success": "json", "ai_org": "json", "ai_model": "json",
            "req_units": "json", "res_units": "json", "cost": "json", "cost_currency": "varchar", "request_url": "varchar",
            "response_status_code": "json", "response_time": "json", "cache_status": "varchar", "retry_success_count": "json",
            "mode": "varchar", "prompt_version_id": "json", "metadata": "json", "metadata.key": "json",
            "metadata.value": "json"}') as s,
        gateway_body(coalesce(body -> '$."request.body"', body -> '$.request.body', body -> 'request')) as asked,
        gateway_body(coalesce(body -> '$."response.body"', body -> '$.response.body', body -> 'response')) as answered
    from records
),
judged as (
    select
        *,
        gateway_tags(s.metadata, s."metadata.key", s."metadata.value") as tags,
        json_integer(loose_number(s.response_status_code)) as code,
        case json_text(s.is_success) when '1' then true when '0' then false when 'true' then true when 'false' then false end as succeeded,
        coalesce(json_count(loose_number(s.retry_success_count)), 0) as retries,
        coalesce(upper(s.mode), '') = 'FALLBACK' and s.trace_id is not null as falls_back
    from named
),
sequences as (
    -- under one trace, a call of a fallback follows the one that failed; after a success the next call is a new one
    select
        *,
        coalesce(sum((coalesce(succeeded, true))::integer) over (
            partition by file, s.trace_id::varchar, falls_back order by json_moment(utc_leaf(s.created_at)), line, ord
            rows between unbounded preceding and 1 preceding
        ), 0) as calls_before
    from judged
),
placed as (
    select
        *,
        case when falls_back then row_number() over w else 1 end as place,
        case when falls_back then coalesce(lag(s.ai_model) over w, lag(s.ai_org) over w) end as fell_from
    from sequences
    window w as (
        partition by file, s.trace_id::varchar, falls_back, calls_before order by json_moment(utc_leaf(s.created_at)), line, ord
    )
)
select
    p.file,
    p.line,
    p.ord,
    p.body,
    coalesce(p.s.id, to_json(f.label || ':' || p.line || case when p.ord > 0 then ':' || p.ord else '' end)) as id,
    p.s.trace_id as trace_id,
    case when contains(p.s.request_url, '/embeddings') then '"embedding"'::json end as kind,
    utc_leaf(p.s.created_at) as start,
    loose_number(p.s.response_time) as duration_ms,
    to_json(gateway_status(p.succeeded, p.code)) as status,
    null::json as error_type,
    null::json as error_message,
    to_json(p.code) as http_status,
    to_json(p.place + p.retries) as attempt,
    case when p.place > 1 then coalesce(p.fell_from, 'true'::json) end as fallback,
    p.s.ai_org as provider,
    p.s.ai_model as model_requested,
    p.s.ai_model as model,
    null::json as finish_reason,
    loose_number(p.s.req_units) as input_tokens,
    loose_number(p.s.res_units) as output_tokens,
    null::json as cache_read_tokens,
    -- in cents; another currency than dollars stays in the attributes
    case when upper(coalesce(nullif(p.s.cost_currency, ''), 'USD')) = 'USD' then
        to_json(json_money(loose_number(p.s.cost)) / 100)
    end as cost_usd,
    to_json(case
        when contains(upper(p.s.cache_status), 'HIT') then 'hit'
        when contains(upper(p.s.cache_status), 'MISS') then 'miss'
        when contains(upper(p.s.cache_status), 'REFRESH') then 'write'
        when upper(p.s.cache_status) = 'DISABLED' then 'bypass'
    end) as cache_status,
    gateway_tenant(p.tags) as tenant,
    gateway_user(p.tags) as "user",
    gateway_session(p.tags) as session,
    gateway_tag(p.tags, ['region']) as region,
    gateway_tag(p.tags, ['locale', 'language', 'lang']) as locale,
    gateway_feature(p.tags) as feature,
    gateway_tag(p.tags, ['client', 'platform', 'channel']) as client,
    to_json(json_text(coalesce(p.s.prompt_version_id, gateway_tag(p.tags, ['promptversion'])))) as prompt_version,
    gateway_tag(p.tags, ['appversion', 'release', 'version']) as app_version,
    p.asked,
    p.answered,
    merged(
        json_rest(p.body, '{
            "id": null, "trace_id": null, "created_at": null, "is_success": null, "ai_org": null, "ai_model": null,
            "req_units": null, "res_units": null, "response_status_code": null, "response_time": null,
            "prompt_version_id": null, "metadata": null, "metadata.key": null, "metadata.value": null,
            "request": null, "response": null, "request.body": null, "response.body": null}'),
        object_of_told([
            {'k': 'metadata', 'v': p.tags},
            {'k': 'http', 'v': case when json_type(p.body, '$.request.body') is not null then
                json_rest(p.body -> 'request', '{"body": null}')
            end}
        ])
    ) as extra
from placed as p
inner join intake.files as f on p.file = f.file
