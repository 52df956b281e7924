/*
title: Cloudflare AI Gateway
summary: pages of the gateway's log interface, or their records one a line; bodies are taken where they were put beside them
docs: https://developers.cloudflare.com/api/resources/ai_gateway/subresources/logs/
fills: >
  id trace_id kind route feature start end duration_ms status error_type error_message http_status attempt fallback
  provider model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status tenant user session region locale client
  prompt_version app_version scores attributes
detect: >
  has_all(body, ['tokens_in', 'tokens_out', 'cached', 'provider'])
  or (has_all(body, ['tokens_in', 'tokens_out']) and has_any(body, ['custom_cost', 'model_type', 'step', 'request_content_type']))
*/
with
named as (
    select
        *,
        from_json(body, '{
            "id": "json", "created_at": "json", "provider": "json", "model": "json", "model_type": "varchar", "path": "json",
            "status_code": "json", "success": "json", "cached": "json", "tokens_in": "json", "tokens_out": "json",
            "cost": "json", "duration": "json", "step": "json", "metadata": "json", "feedback": "json", "score": "json"}') as s,
        gateway_object(coalesce(said(body -> 'request'), said(body -> 'request_body'), body -> 'request_head')) as asked,
        gateway_object(coalesce(said(body -> 'response'), said(body -> 'response_body'), body -> 'response_head')) as answered
    from records
),
judged as (
    select
        *,
        gateway_object(s.metadata) as tags,
        json_integer(loose_number(s.status_code)) as code,
        case json_text(s.success) when 'true' then true when 'false' then false when '1' then true when '0' then false end as succeeded,
        json_integer(loose_number(s.step)) as step,
        answered -> 'usage' as usage
    from named
)
select
    file,
    line,
    ord,
    body,
    s.id as id,
    to_json(case
        when contains(lower(s.model_type), 'embedding') or contains(json_string(s.path), 'embeddings') then 'embedding' else 'llm'
    end) as kind,
    s.path as route,
    utc_leaf(s.created_at) as start,
    loose_number(s.duration) as duration_ms,
    to_json(gateway_status(succeeded, code)) as status,
    said(coalesce(answered -> '$.error.type', answered -> '$.error.code')) as error_type,
    said(coalesce(answered -> '$.error.message', answered -> 'error')) as error_message,
    to_json(code) as http_status,
    -- the first of the providers that were named is step 0
    to_json(step + 1) as attempt,
    case when step > 0 then 'true'::json end as fallback,
    s.provider as provider,
    coalesce(said(asked -> 'model'), s.model) as model_requested,
    coalesce(said(answered -> 'model'), s.model) as model,
    json_text(gateway_question(asked)) as input,
    json_text(gateway_answer(answered)) as output,
    gateway_format(asked) as output_format,
    gateway_finish(answered) as finish_reason,
    whole_input(
        loose_number(s.tokens_in),
        coalesce(usage -> '$.prompt_tokens_details.cached_tokens', usage -> 'cache_read_input_tokens'),
        usage -> 'cache_creation_input_tokens'
    ) as input_tokens,
    loose_number(s.tokens_out) as output_tokens,
    said(coalesce(usage -> '$.prompt_tokens_details.cached_tokens', usage -> 'cache_read_input_tokens')) as cache_read_tokens,
    said(usage -> 'cache_creation_input_tokens') as cache_write_tokens,
    said(usage -> '$.completion_tokens_details.reasoning_tokens') as reasoning_tokens,
    loose_number(s.cost) as cost_usd,
    said(asked -> 'temperature') as temperature,
    said(asked -> 'seed') as seed,
    to_json(loose_cache(json_text(s.cached))) as cache_status,
    gateway_tag(tags, ['tenant', 'tenantid', 'organisation', 'organization', 'orgid', 'customerid', 'customer', 'accountid']) as tenant,
    gateway_tag(tags, ['user', 'userid', 'enduser', 'username']) as "user",
    gateway_tag(tags, ['session', 'sessionid', 'conversationid', 'threadid', 'chatid']) as session,
    gateway_tag(tags, ['region']) as region,
    gateway_tag(tags, ['locale', 'language', 'lang']) as locale,
    gateway_tag(tags, ['feature', 'usecase', 'app']) as feature,
    gateway_tag(tags, ['client', 'platform', 'channel']) as client,
    gateway_tag(tags, ['promptversion']) as prompt_version,
    gateway_tag(tags, ['appversion', 'release', 'version']) as app_version,
    to_json(nullif(list_filter([
        {'name': 'user_feedback', 'value': json_number(loose_number(s.feedback)), 'source': 'cloudflare'},
        {'name': 'score', 'value': json_number(loose_number(s.score)), 'source': 'cloudflare'}
    ], lambda x: x.value is not null), [])) as scores,
    merged(
        json_rest(body, '{
            "id": null, "created_at": null, "provider": null, "model": null, "path": null, "status_code": null, "success": null,
            "cached": null, "tokens_in": null, "tokens_out": null, "cost": null, "duration": null, "step": null,
            "metadata": null, "feedback": null, "score": null, "request": null, "response": null, "request_body": null,
            "response_body": null, "request_head": null, "response_head": null}'),
        json_merge_patch('{}', json_object(
            'metadata', tags,
            'request', json_rest(asked, '{"messages": null, "input": null, "prompt": null, "contents": null}'),
            'response', json_rest(answered, '{"choices": null, "content": null}')
        ))
    ) as attributes
from judged
