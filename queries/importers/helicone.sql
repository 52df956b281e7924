/*
title: Helicone
summary: requests as its API and its export tool give them (JSON lines, JSON, CSV), with or without the bodies
docs: https://docs.helicone.ai/tools/export
fills: >
  id trace_id kind name route feature start end duration_ms status error_type error_message http_status provider
  model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key retrieval_hits retrieval_top_score
  retrieval_documents idempotency_key tenant user session region locale client prompt_version app_version index_version arm
  scores attributes
detect: has_all(body, ['request_created_at', 'response_status'])
*/
with
named as (
    select
        *,
        from_json(body, '{
            "request_id": "json", "response_id": "json", "request_created_at": "json", "response_created_at": "json",
            "response_status": "json", "request_path": "json", "request_body": "json", "response_body": "json",
            "llmSchema": "json", "request_user_id": "json", "request_properties": "json", "properties": "json",
            "request_model": "json", "model_override": "json", "response_model": "json", "model": "json", "provider": "json",
            "delay_ms": "json", "total_tokens": "json", "prompt_tokens": "json", "completion_tokens": "json",
            "prompt_cache_read_tokens": "json", "prompt_cache_write_tokens": "json", "cost": "json", "costUSD": "json",
            "prompt_id": "json", "prompt_version": "json", "feedback_created_at": "json", "feedback_rating": "json",
            "scores": "json", "country_code": "json", "cache_enabled": "json", "cache_reference_id": "json"}') as s
    from records
),
unwrapped as (
    select
        * exclude (s),
        s.* exclude (request_body, response_body, llmSchema, request_properties, properties, scores),
        undoubled(s.request_body) as asked,
        undoubled(s.response_body) as answered,
        undoubled(s.llmSchema) as common,
        undoubled(s.request_properties) as own_properties,
        undoubled(s.properties) as properties,
        undoubled(s.scores) as scores
    from named
),
said as (
    select
        * replace (
            parsed_text(asked) as asked, parsed_text(answered) as answered, parsed_text(common) as common,
            parsed_text(own_properties) as own_properties, parsed_text(properties) as properties, parsed_text(scores) as scores
        ),
        loose_integer(response_status) as code,
        loose_integer(total_tokens) as total
    from unwrapped
),
opened as (
    -- without its body, a request has what the common schema keeps of it
    select
        *,
        coalesce(nullif(asked, '{}'), common -> 'request') as request,
        as_completion(coalesce(nullif(answered, '{}'), common -> 'response')) as response,
        json_object_leaf(coalesce(nullif(own_properties, '{}'), properties)) as told,
        -- all zeros are the id of no entry
        nullif(nullif(cache_reference_id, '"00000000-0000-0000-0000-000000000000"'), '""') as entry
    from said
),
parsed as (
    select
        *,
        request_of(request) as q,
        response_of(response) as r,
        metadata_of(told) as m,
        from_json(told, '{"Helicone-Session-Id": "json", "Helicone-Session-Name": "json", "Helicone-Session-Path": "json",
            "Helicone-Prompt-Id": "json", "Helicone-User-Id": "json"}') as h,
        from_json(request, '{"_type": "varchar", "toolName": "json", "operation": "json", "text": "json"}') as event,
        from_json(
            case when json_type(response, '$.error') = 'OBJECT' then response -> 'error' end,
            '{"message": "json", "type": "json", "code": "json", "status": "json", "heliconeMessage": "json"}'
        ) as failure,
        loose_number(prompt_tokens) as prompt,
        loose_number(completion_tokens) as completion,
        loose_number(prompt_cache_read_tokens) as read,
        loose_number(prompt_cache_write_tokens) as written,
        loose_number(coalesce(costUSD, cost)) as paid,
        coalesce(json_text(request_path), '') as path,
        -- with the host, it is the address that was called
        to_json(nullif(regexp_extract(json_text(request_path), '^(?:https?://[^/]+)?([^?]*)', 1), '')) as route
    from opened
),
judged as (
    select
        *,
        message_of(response_message(r)) as g,
        usage_of(r.usage) as u,
        coalesce(json_count(prompt), 0) + coalesce(json_count(completion), 0) > 0 as metered,
        -- the parts lie beside the prompt when the total is the sum of all, or where the provider counts that way
        coalesce(json_count(read), 0) + coalesce(json_count(written), 0) > 0 and coalesce(
            total
            = coalesce(json_count(prompt), 0) + coalesce(json_count(completion), 0)
            + coalesce(json_count(read), 0) + coalesce(json_count(written), 0),
            lower(json_text(provider)) = 'anthropic', false
        ) as beside,
        -- what the cache serves is paid for once
        entry is not null and coalesce(json_number(paid), 0) = 0 as replayed,
        case when event._type = 'vector_db' then
            coalesce(json_list_leaf(r.results), json_list_leaf(r.documents), json_list_leaf(r.data))
        end as found,
        record_rest(body, '{
            "request_id": null, "request_created_at": null, "response_created_at": null,
            "request_body": null, "response_body": null, "llmSchema": null, "request_user_id": null, "request_model": null,
            "response_model": null, "model": null, "provider": null, "prompt_cache_read_tokens": null,
            "prompt_cache_write_tokens": null, "cost": null, "costUSD": null, "country_code": null,
            "request_properties": null, "properties": null, "scores": null, "prompt_version": null}') as rest
    from parsed
)
select
    file,
    line,
    ord,
    body,
    -- the table that the tool writes has no id of the request, and a failed one has none of a response
    coalesce(nullif(request_id, '""'), nullif(response_id, '""'), to_json(md5(concat_ws(
        '|', json_text(request_created_at), json_text(response_created_at), code, json_text(request_user_id),
        json_text(model), prompt, completion, request
    )))) as id,
    to_json(case
        when event._type = 'tool' then 'tool'
        when event._type = 'vector_db' then 'retrieval'
        when event._type = 'data' then 'other'
        when contains(path, 'embedding') then 'embedding'
        when contains(path, 'moderation') then 'guardrail'
        when regexp_matches(path, '/(images|audio)/') then 'other'
        else 'llm'
    end) as kind,
    coalesce(event.toolName, event.operation, h."Helicone-Session-Path", route) as name,
    route,
    coalesce(m.feature, h."Helicone-Session-Name") as feature,
    utc_leaf(request_created_at) as start,
    utc_leaf(nullif(response_created_at, '""')) as "end",
    case when nullif(response_created_at, '""') is null then loose_number(delay_ms) end as duration_ms,
    to_json(case
        when code = -1 then 'timeout'
        when code = -3 then 'cancelled'
        when code = -2 then null
        when code < 0 then 'error'
        when code between 200 and 399 then 'ok'
        when code >= 400 then outcome_of_failure(json_text(failure.type), code)
    end) as status,
    case when code < 0 or code >= 400 then
        -- the code tells what the type, common to many failures, does not; a number is the answer's own
        coalesce(
            case when json_number(failure.code) is null then told(failure.code) end, told(failure.type), told(failure.status),
            to_json(json_text(failure.code))
        )
    end as error_type,
    case when code < 0 or code >= 400 then
        to_json(coalesce(
            json_text(failure.message), json_text(failure.heliconeMessage), json_text(r.error), json_string(response)
        ))
    end as error_message,
    case when code between 100 and 599 then to_json(code) end as http_status,
    provider as provider,
    case when event._type is null then nullif(coalesce(nullif(request_model, '""'), q.model, model_override, model), '""') end
        as model_requested,
    case when event._type is null then nullif(coalesce(
        nullif(response_model, '""'), r.model, nullif(model, '""'), nullif(model_override, '""'), request_model
    ), '""') end as model,
    json_text(coalesce(request_words(q), event.text, request)) as input,
    case when coalesce(code, 200) between 200 and 399 then response_words(response, r, g) end as output,
    asks_json(q) as output_format,
    response_finish(r, g) as finish_reason,
    case
        when replayed or not metered then null
        when beside then to_json(
            json_count(prompt) + coalesce(json_count(read), 0) + coalesce(json_count(written), 0)
        )
        else whole_input(prompt, read, written)
    end as input_tokens,
    case when metered and not replayed then completion end as output_tokens,
    case when not replayed then read end as cache_read_tokens,
    case when not replayed then written end as cache_write_tokens,
    case when not replayed then usage_reasoning(u) end as reasoning_tokens,
    paid as cost_usd,
    loose_number(q.temperature) as temperature,
    loose_number(q.seed) as seed,
    to_json(case
        when entry is not null then 'hit'
        when lower(json_text(cache_enabled)) in ('true', '1') then 'miss'
    end) as cache_status,
    -- an entry goes by the id of the request that made it
    coalesce(entry, case when lower(json_text(cache_enabled)) in ('true', '1') then request_id end) as cache_key,
    to_json(json_array_length(found)) as retrieval_hits,
    to_json(list_transform(json_extract(found, '$[*]'), lambda d: document_of(d))) as retrieval_documents,
    m.idempotency_key as idempotency_key,
    metadata_tenant(m) as tenant,
    nullif(coalesce(nullif(request_user_id, '""'), h."Helicone-User-Id", m.user_id), '""') as "user",
    coalesce(h."Helicone-Session-Id", m.session_id, m.conversation_id) as session,
    coalesce(m.region, nullif(country_code, '""')) as region,
    coalesce(m.locale, m.language) as locale,
    m.client as client,
    to_json(json_text(
        coalesce(nullif(prompt_version, '""'), m.prompt_version, nullif(prompt_id, '""'), h."Helicone-Prompt-Id")
    )) as prompt_version,
    coalesce(m.app_version, m.release) as app_version,
    m.index_version as index_version,
    m.arm as arm,
    nullif(to_json(
        case when json_boolean(feedback_rating) is not null or json_string(feedback_rating) is not null then [{
            'name': 'user_feedback',
            'value': loose_score(json_text(feedback_rating)),
            'source': 'user',
            'at': utc_leaf(feedback_created_at),
            'comment': null::varchar
        }] else [] end
        || coalesce(list_transform(
            json_keys(json_object_leaf(scores)),
            lambda k: {
                'name': regexp_replace(k, '-hcone-bool$', ''),
                'value': try_cast(coalesce(member(scores, k) ->> 'value', member(scores, k) ->> '$') as double),
                'source': 'helicone',
                'at': null::json,
                'comment': null::varchar
            }
        ), [])
    ), '[]') as scores,
    merged(
        json_unfolded(rest),
        nullif(json_merge_patch('{}', json_object(
            'properties', told,
            'request', nullif(record_rest(
                request, '{"messages": null, "contents": null, "input": null, "prompt": null, "system": null, "systemInstruction": null}'
            ), '{}'),
            'response', nullif(response_rest(response, r), '{}')
        )), '{}')
    ) as attributes
from judged
