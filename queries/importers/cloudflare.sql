/*
title: Cloudflare AI Gateway
summary: >
  pages of the gateway's log interface, or their records one a line, with bodies where they were put beside them; events as
  Logpush delivers them
docs: https://developers.cloudflare.com/api/resources/ai_gateway/subresources/logs/
fills: >
  id trace_id kind route feature start end duration_ms status error_type error_message http_status attempt fallback
  provider model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status tenant user session region locale client
  prompt_version app_version scores attributes
notes: >
  An event of Logpush has no id: it is named by its place in the file. Bodies that Logpush encrypted stay in `attributes`.
detect: >
  has_all(body, ['tokens_in', 'tokens_out', 'cached', 'provider'])
  or (has_all(body, ['tokens_in', 'tokens_out']) and has_any(body, ['custom_cost', 'model_type', 'step', 'request_content_type']))
  or has_all(body, ['Gateway', 'Provider', 'Model', 'StatusCode', 'Cached'])
then: bodies
*/
with
spelled as (
    -- Logpush spells its fields otherwise, and keeps the numbers together
    select
        * exclude (body),
        body,
        has_all(body, ['Gateway', 'StatusCode']) as pushed,
        case when has_all(body, ['Gateway', 'StatusCode']) then json_merge_patch('{}', json_object(
            'created_at', body -> 'Timestamp', 'provider', body -> 'Provider', 'path', body -> 'Endpoint',
            'model', body -> 'Model', 'status_code', body -> 'StatusCode', 'cached', body -> 'Cached', 'metadata', body -> 'Metadata',
            'duration', coalesce(body -> '$.Metrics.durationMs', body -> '$.Metrics.duration'), 'cost', body -> '$.Metrics.cost',
            'tokens_in', coalesce(body -> '$.Metrics.tokensIn', body -> '$.Metrics.tokens_in'),
            'tokens_out', coalesce(body -> '$.Metrics.tokensOut', body -> '$.Metrics.tokens_out')
        )) else body end as plain
    from records
),
named as (
    select
        *,
        from_json(plain, '{
            "id": "json", "created_at": "json", "provider": "json", "model": "json", "model_type": "varchar", "path": "json",
            "status_code": "json", "success": "json", "cached": "json", "tokens_in": "json", "tokens_out": "json",
            "cost": "json", "duration": "json", "step": "json", "metadata": "json", "feedback": "json", "score": "json"}') as s,
        gateway_body(coalesce(said(plain -> 'request'), said(plain -> 'request_body'), plain -> 'request_head')) as asked,
        gateway_body(coalesce(said(plain -> 'response'), said(plain -> 'response_body'), plain -> 'response_head')) as returned
    from spelled
),
judged as (
    select
        *,
        gateway_object(s.metadata) as tags,
        json_integer(loose_number(s.status_code)) as code,
        case json_text(s.success) when 'true' then true when 'false' then false when '1' then true when '0' then false end as succeeded,
        json_count(loose_number(s.step)) as step,
        -- Cloudflare's own models answer inside its envelope
        coalesce(json_object_leaf(returned -> 'result'), returned) as answered
    from named
)
select
    j.file,
    j.line,
    j.ord,
    j.body,
    coalesce(
        j.s.id, case when j.pushed then to_json(f.label || ':' || j.line || case when j.ord > 0 then ':' || j.ord else '' end) end
    ) as id,
    case
        when contains(lower(j.s.model_type), 'embedding') or contains(json_string(j.s.path), 'embeddings') then '"embedding"'::json
    end as kind,
    j.s.path as route,
    utc_leaf(j.s.created_at) as start,
    loose_number(j.s.duration) as duration_ms,
    to_json(gateway_status(j.succeeded, j.code)) as status,
    case when (j.body ->> 'RateLimited') = 'true' then '"RateLimited"'::json end as error_type,
    null::json as error_message,
    to_json(case when j.code > 0 then j.code end) as http_status,
    -- the first of the providers that were named is step 0
    to_json(j.step + 1) as attempt,
    case when j.step > 0 then 'true'::json end as fallback,
    j.s.provider as provider,
    coalesce(said(j.body -> 'RequestedModel'), j.s.model) as model_requested,
    j.s.model as model,
    null::json as finish_reason,
    loose_number(j.s.tokens_in) as input_tokens,
    loose_number(j.s.tokens_out) as output_tokens,
    null::json as cache_read_tokens,
    loose_number(j.s.cost) as cost_usd,
    to_json(loose_cache(json_text(j.s.cached))) as cache_status,
    gateway_tenant(j.tags) as tenant,
    gateway_user(j.tags) as "user",
    gateway_session(j.tags) as session,
    gateway_tag(j.tags, ['region']) as region,
    gateway_tag(j.tags, ['locale', 'language', 'lang']) as locale,
    gateway_feature(j.tags) as feature,
    gateway_tag(j.tags, ['client', 'platform', 'channel']) as client,
    gateway_tag(j.tags, ['promptversion']) as prompt_version,
    gateway_tag(j.tags, ['appversion', 'release', 'version']) as app_version,
    to_json(nullif(list_filter([
        {'name': 'user_feedback', 'value': json_number(loose_number(j.s.feedback)), 'source': 'cloudflare'},
        {'name': 'score', 'value': json_number(loose_number(j.s.score)), 'source': 'cloudflare'}
    ], lambda x: x.value is not null), [])) as scores,
    j.asked,
    j.answered,
    merged(
        json_rest(j.body, '{
            "id": null, "created_at": null, "provider": null, "model": null, "path": null, "status_code": null, "success": null,
            "cached": null, "tokens_in": null, "tokens_out": null, "cost": null, "duration": null, "step": null,
            "metadata": null, "feedback": null, "score": null, "request": null, "response": null, "request_body": null,
            "response_body": null, "request_head": null, "response_head": null, "Timestamp": null, "Provider": null,
            "Endpoint": null, "Model": null, "StatusCode": null, "Cached": null, "Metadata": null, "RequestedModel": null}'),
        object_of_told([{'k': 'metadata', 'v': nullif(j.tags, '{}')}])
    ) as extra
from judged as j
inner join intake.files as f on j.file = f.file
