/*
title: LiteLLM
summary: SpendLogs and ErrorLogs of the proxy (CSV, JSON, Parquet), and the StandardLoggingPayload of its callbacks
docs: https://docs.litellm.ai/docs/proxy/logging_spec
fills: >
  id trace_id kind name route feature start end duration_ms status error_type error_message http_status attempt fallback
  provider model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key retrieval_hits retrieval_top_score
  retrieval_documents guardrail_category guardrail_action idempotency_key tenant user session region locale client
  prompt_version app_version index_version arm attributes
detect: >
  has_all(body, ['request_id', 'spend', 'call_type'])
  or (has_all(body, ['response_cost', 'startTime']) and has_any(body, ['model_map_information', 'hidden_params', 'model_group']))
  or has_all(body, ['request_id', 'exception_type', 'litellm_model_name'])
  or has_all(body, ['date', 'spend', 'api_requests'])
*/
with
named as (
    select
        * exclude (s),
        s.* exclude (metadata, messages, response, proxy_server_request, hidden_params, model_parameters, error_information,
            guardrail_information, request_kwargs),
        parsed_text(s.metadata) as metadata,
        parsed_text(s.messages) as messages,
        as_completion(parsed_text(s.response)) as response,
        parsed_text(coalesce(s.proxy_server_request, s.request_kwargs)) as request,
        parsed_text(s.hidden_params) as hidden,
        parsed_text(s.model_parameters) as parameters,
        parsed_text(s.error_information) as error_information,
        parsed_text(s.guardrail_information) as guardrail_information
    from (
        select
            *,
            from_json(body, '{
                "request_id": "json", "id": "json", "trace_id": "json", "session_id": "json", "call_type": "varchar",
                "spend": "json", "response_cost": "json", "total_tokens": "json", "prompt_tokens": "json",
                "completion_tokens": "json", "startTime": "json", "endTime": "json", "request_duration_ms": "json",
                "response_time": "json", "stream": "json", "model": "json", "model_group": "json", "custom_llm_provider": "json",
                "litellm_model_name": "json", "user": "json", "end_user": "json", "team_id": "json", "organization_id": "json",
                "metadata": "json", "cache_hit": "json", "cache_key": "json", "messages": "json", "response": "json",
                "proxy_server_request": "json", "request_kwargs": "json", "status": "varchar", "mcp_namespaced_tool_name": "json",
                "hidden_params": "json", "model_parameters": "json", "error_str": "json", "error_information": "json",
                "guardrail_information": "json", "exception_type": "json", "exception_string": "json", "status_code": "json"}') as s
        from records
    )
),
opened as (
    select
        *,
        from_json(metadata, '{
            "usage_object": "json", "additional_usage_values": "json", "attempted_retries": "json", "attempted_fallbacks": "json",
            "original_model_group": "json", "error_information": "json", "status": "varchar", "guardrail_information": "json",
            "vector_store_request_metadata": "json", "spend_logs_metadata": "json", "requester_metadata": "json",
            "user_api_key_team_id": "json", "user_api_key_org_id": "json", "user_api_key_end_user_id": "json",
            "user_api_key_request_route": "json", "model_map_information": "json", "user_agent": "json", "prompt_management_metadata": {"prompt_id": "json"},
            "mcp_tool_call_metadata": {"namespaced_tool_name": "json", "arguments": "json", "result": "json"}}') as m,
        response_of(response) as r,
        request_of(request) as q,
        request_of(parameters) as p
    from named
),
told as (
    select
        *,
        from_json(coalesce(error_information, parsed_text(m.error_information)), '{
            "error_code": "json", "error_class": "json", "error_message": "json", "llm_provider": "json"}') as x,
        metadata_of(
            coalesce(json_object_leaf(parsed_text(m.spend_logs_metadata)), json_object_leaf(parsed_text(m.requester_metadata)))
        ) as own,
        usage_of(coalesce(json_object_leaf(m.usage_object), r.usage)) as u,
        usage_of(m.additional_usage_values) as more,
        coalesce(guardrail_information, parsed_text(m.guardrail_information)) as guarded,
        json_extract(m.vector_store_request_metadata, '$[*].vector_store_search_response.data[*]') as found,
        json_type(m.vector_store_request_metadata, '$[0]') is not null as searched,
        nullif(coalesce(mcp_namespaced_tool_name, m.mcp_tool_call_metadata.namespaced_tool_name), '""') as tool,
        lower(json_text(cache_hit)) as hit,
        message_of(response_message(r)) as g,
        record_rest(body, '{
            "request_id": null, "id": null, "trace_id": null, "startTime": null, "endTime": null, "spend": null,
            "response_cost": null, "model": null, "custom_llm_provider": null, "model_group": null, "end_user": null,
            "messages": null, "response": null, "cache_hit": null, "cache_key": null, "model_map_information": null,
            "proxy_server_request": null, "litellm_model_name": null, "exception_type": null, "exception_string": null,
            "request_kwargs": null}') as rest
    from opened
),
judged as (
    select
        *,
        coalesce(status, m.status, case when exception_type is not null then 'failure' end) = 'failure' as failed,
        nullif(coalesce(x.error_class, exception_type), '""') as class,
        loose_integer(nullif(coalesce(x.error_code, status_code), '""')) as code,
        json_text(nullif(coalesce(nullif(x.error_message, '""'), error_str, exception_string), '""')) as failure,
        coalesce(json_extract(json_list_leaf(guarded), '$[0]'), json_object_leaf(guarded)) as guard,
        -- what is served from the cache uses no tokens: they are those of the answer when it was made
        coalesce(hit = 'true', false) and coalesce(json_number(loose_number(coalesce(spend, response_cost))), 0) = 0 as replayed,
        coalesce(loose_integer(prompt_tokens), 0) + coalesce(loose_integer(completion_tokens), 0) > 0 as metered,
        coalesce(usage_read(u), usage_read(more)) as read,
        coalesce(usage_write(u), usage_write(more)) as written,
        json_unfolded(rest) as unfolded
    from told
)
select
    file,
    line,
    ord,
    body,
    coalesce(request_id, id) as id,
    case when has_all(body, ['date', 'api_requests']) then 'a sum over a day, no request' end as refused,
    nullif(coalesce(trace_id, session_id), '""') as trace_id,
    to_json(case
        when tool is not null or call_type = 'call_mcp_tool' then 'tool'
        when contains(call_type, 'embedding') then 'embedding'
        when contains(call_type, 'moderation') then 'guardrail'
        when contains(call_type, 'search') then 'retrieval'
        when regexp_matches(call_type, 'rerank|image|speech|transcription|video|ocr|file|batch') then 'other'
        when regexp_matches(call_type, 'completion|responses|messages|generate_content') then 'llm'
    end) as kind,
    coalesce(tool, to_json(nullif(call_type, ''))) as name,
    m.user_api_key_request_route as route,
    own.feature as feature,
    utc_leaf(loose_number(startTime)) as start,
    utc_leaf(loose_number(nullif(endTime, '""'))) as "end",
    -- what the two times give is exact; of a stream, response_time is the time to its first token
    case when nullif(endTime, '""') is null then coalesce(
        loose_number(request_duration_ms),
        case when json_text(stream) is distinct from 'true' then to_json(json_number(loose_number(response_time)) * 1000) end
    ) end as duration_ms,
    to_json(case when failed then outcome_of_failure(json_text(class), code) else 'ok' end) as status,
    case when failed then class end as error_type,
    case when failed then to_json(failure) end as error_message,
    case when code between 100 and 599 then to_json(code) end as http_status,
    to_json(loose_integer(m.attempted_retries) + 1) as attempt,
    case
        when loose_integer(m.attempted_fallbacks) > 0 or json_text(m.original_model_group) <> json_text(model_group) then
            coalesce(nullif(m.original_model_group, '""'), 'true')
        else own.fallback
    end as fallback,
    nullif(coalesce(nullif(custom_llm_provider, '""'), x.llm_provider), '""') as provider,
    case when tool is null then nullif(coalesce(
        nullif(m.original_model_group, '""'), nullif(model_group, '""'), q.model, model, litellm_model_name
    ), '""') end as model_requested,
    nullif(coalesce(
        nullif(model, '""'), litellm_model_name, json_extract(hidden, '$.litellm_model_name'), r.model
    ), '""') as model,
    list_transform(
        [coalesce(
            litellm_kept(messages), list_transform([request_words(q)], lambda told: litellm_kept(told))[1],
            m.mcp_tool_call_metadata.arguments
        )],
        lambda told: json_text(told)
    )[1] as input,
    coalesce(
        case when litellm_kept(response) is not null then response_words(response, r, g) end,
        json_text(m.mcp_tool_call_metadata.result)
    ) as output,
    coalesce(asks_json(p), asks_json(q)) as output_format,
    response_finish(r, g) as finish_reason,
    case when metered and not replayed then
        whole_input(loose_number(prompt_tokens), read, written)
    end as input_tokens,
    case when metered and not replayed then loose_number(completion_tokens) end as output_tokens,
    case when not replayed then read end as cache_read_tokens,
    case when not replayed then written end as cache_write_tokens,
    case when not replayed then coalesce(usage_reasoning(u), usage_reasoning(more)) end as reasoning_tokens,
    loose_number(coalesce(spend, response_cost)) as cost_usd,
    loose_number(coalesce(p.temperature, q.temperature)) as temperature,
    loose_number(coalesce(p.seed, q.seed)) as seed,
    -- a proxy without a cache asks none, and says "False" all the same
    to_json(case hit when 'true' then 'hit' when 'false' then if(cache_key = '"Cache OFF"', null, 'miss') end) as cache_status,
    nullif(nullif(cache_key, '"Cache OFF"'), '""') as cache_key,
    case when searched then to_json(len(found)) end as retrieval_hits,
    case when searched then
        to_json(list_transform(found, lambda d: {
            'id': coalesce(d ->> 'file_id', d ->> 'filename', d ->> '$.attributes.id'), 'score': try_cast(d ->> 'score' as double)
        }))
    end as retrieval_documents,
    json_extract(guard, '$.guardrail_name') as guardrail_category,
    to_json(case
        when regexp_matches(guard ->> 'guardrail_status', 'block|intervened') then 'block'
        when coalesce(json_extract(guard, '$.masked_entity_count')::varchar, 'null') not in ('null', '{}', '0') then 'mask'
        when guard ->> 'guardrail_status' = 'success' then 'allow'
    end) as guardrail_action,
    own.idempotency_key as idempotency_key,
    coalesce(
        metadata_tenant(own), nullif(organization_id, '""'), m.user_api_key_org_id, nullif(team_id, '""'), m.user_api_key_team_id
    ) as tenant,
    coalesce(nullif(end_user, '""'), nullif(m.user_api_key_end_user_id, '""'), own.user_id, own."user") as "user",
    coalesce(nullif(session_id, '""'), own.session_id, own.conversation_id) as session,
    own.region as region,
    coalesce(own.locale, own.language) as locale,
    coalesce(own.client, m.user_agent) as client,
    coalesce(own.prompt_version, own.prompt_id, m.prompt_management_metadata.prompt_id) as prompt_version,
    coalesce(own.app_version, own.release) as app_version,
    own.index_version as index_version,
    own.arm as arm,
    merged(
        -- the price table of the model is the same in every record
        case
            when m.model_map_information is not null then
                json_merge_patch(unfolded, '{"metadata": {"model_map_information": null}}')
            else unfolded
        end,
        nullif(json_merge_patch('{}', json_object(
            'request', nullif(record_rest(request, '{"messages": null}'), '{}'),
            'response', nullif(response_rest(response, r), '{}'),
            'cache_hit_of', to_json(nullif(regexp_extract(json_string(request_id), '^(.+)_cache_hit[\d.]+$', 1), ''))
        )), '{}')
    ) as attributes
from judged
