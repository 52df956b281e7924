/*
title: requests and responses as they were logged
summary: >
  What a request and its response say, in the shapes of OpenAI's chat completions, completions, responses and embeddings, of
  Azure's additions (content filters, citations), of Anthropic's messages and of Google's contents. `flat` is what an importer gives: leaves that the
  log itself tells, `asked` and `answered` as leaves (an object or list; a text where it is no JSON), and `extra` for the rest.
*/
with
opened as (
    select
        *,
        json_object_leaf(asked) as q,
        case json_type(answered)
            when 'OBJECT' then as_completion(answered)
            when 'ARRAY' then chunks_together(json_extract(answered, '$[*]'))
            when 'VARCHAR' then case
                when starts_with(json_string(answered), 'data:') then chunks_together(sent_events(json_string(answered)))
            end
        end as a,
        case when json_type(answered) = 'VARCHAR' then json_string(answered) end as words
    from flat
),
parted as (
    select
        *,
        from_json(q, '{
            "model": "json", "messages": "json", "system": "json", "prompt": "json", "input": "json", "instructions": "json",
            "temperature": "json", "seed": "json", "response_format": {"type": "varchar"},
            "text": {"format": {"type": "varchar"}}, "user": "json", "safety_identifier": "json", "metadata": "json",
            "contents": "json", "systemInstruction": "json",
            "generationConfig": {"temperature": "json", "seed": "json", "responseMimeType": "varchar"}}') as r,
        from_json(a, '{
            "id": "json", "object": "varchar", "model": "json", "status": "varchar", "usage": "json", "error": "json", "message": "json",
            "incomplete_details": {"reason": "varchar"}, "temperature": "json", "seed": "json", "instructions": "json",
            "response_format": {"type": "varchar"}, "text": {"format": {"type": "varchar"}}, "user": "json", "metadata": "json",
            "stop_reason": "varchar", "prompt": "json", "conversation": "json", "safety_identifier": "json"}') as s,
        told(a -> '$.choices[0]') as choice,
        told(coalesce(
            a -> '$.choices[0].message', a -> '$.choices[0].delta',
            json_object_leaf(case when (a -> 'choices') is null then a -> 'message' end)
        )) as message,
        coalesce(json_extract(a, '$.output[*]'), []) as items,
        json_type(a, '$.content') = 'ARRAY' as anthropic,
        -- the whole of a JSON text that was cut is gone; what stood in it before can still be found
        coalesce(left(ltrim(words), 1) in ('{', '['), false) as cut
    from opened
),
spoken as (
    select
        *,
        list_filter(items, lambda i: (i ->> 'type') = 'message') as messages,
        list_filter(
            items,
            lambda i: (i ->> 'type') in ('function_call', 'custom_tool_call', 'computer_call', 'local_shell_call', 'mcp_approval_request')
        ) as calls,
        list_filter(items, lambda i: (i ->> 'type') = 'file_search_call' and json_type(i, '$.results') = 'ARRAY') as searches,
        told(coalesce(
            message -> 'tool_calls', message -> 'function_call', case when anthropic and s.stop_reason = 'tool_use' then a -> 'content' end
        )) as called,
        told(coalesce(s.usage, a -> '$.message.usage')) as usage,
        told(coalesce(
            case when json_type(s.error) = 'ARRAY' then s.error -> 0 else s.error end,
            case when json_type(s.message) = 'VARCHAR' and choice is null then json_object('message', s.message) end,
            case when cut and contains(words, '"error"') then json_object(
                'code', cut_field(words, 'code'), 'message', cut_field(words, 'message')
            ) end,
            -- a page or a plain text under a status of failure is no answer
            case when not cut and json_string(status) <> 'ok' then to_json(words) end
        )) as failure,
        coalesce(
            told(s.error -> '$.innererror.content_filter_result'), told(s.error -> '$.innererror.content_filter_results'),
            -- what was seen in the question stands beside what was seen in the answer
            nullif(json_merge_patch(
                told(a -> '$.prompt_filter_results[0].content_filter_results'),
                coalesce(told(choice -> 'content_filter_results'), '{}')
            ), '{}')
        ) as filters,
        coalesce(json_object_leaf(told(r.metadata)), json_object_leaf(s.metadata)) as tags,
        coalesce(
            r.response_format.type, r.text.format.type, s.response_format.type, s.text.format.type,
            case when r.generationConfig.responseMimeType = 'application/json' then 'json' end
        ) as wanted
    from parted
),
judged as (
    select
        *,
        filters_of(filters, 'filtered') as filtered,
        filters_of(filters, 'detected') as detected,
        coalesce(
            (failure ->> 'code') = 'content_filter' or (failure ->> '$.innererror.code') = 'ResponsibleAIPolicyViolation'
            -- the checks of Portkey
            or (failure ->> 'type') = 'hooks_failed', false
        ) as blocked,
        coalesce(
            choice ->> 'finish_reason', s.stop_reason,
            case
                when s.incomplete_details."reason" is not null then s.incomplete_details."reason"
                when len(calls) > 0 then 'tool_calls'
                when s.status = 'completed' and s.object = 'response' then 'completed'
            end,
            case when cut then coalesce(cut_field(words, 'finish_reason'), cut_field(words, 'stop_reason')) end
        ) as finish,
        case
            when s.status in ('cancelled', 'failed') then replace(s.status, 'failed', 'error')
            when failure is not null then 'error'
            when s.status in ('in_progress', 'queued') then null
            when message is not null or choice is not null or len(items) > 0 or anthropic or json_type(a, '$.data') = 'ARRAY' then 'ok'
            when s.status in ('completed', 'incomplete') then 'ok'
        end as outcome,
        -- what the answer was made from: hits of a file search, and the data that Azure was given to answer from
        case
            when len(searches) > 0 then flatten(list_transform(searches, lambda i: json_extract(i, '$.results[*]')))
            when json_type(message, '$.context.citations') = 'ARRAY' then json_extract(message, '$.context.citations[*]')
        end as found,
        flatten(list_transform(messages, lambda i: json_extract(i, '$.content[*].annotations[*]')))
        || coalesce(json_extract(message, '$.annotations[*]'), []) as notes
    from spoken
)
select
    * exclude (
        kind, status, error_type, error_message, model_requested, model, finish_reason, input_tokens, output_tokens, cache_read_tokens,
        "user", session, tenant, feature, prompt_version
    ),
    coalesce(kind, to_json(case when json_type(a, '$.data[0].embedding') is not null then 'embedding' else 'llm' end)) as kind,
    coalesce(status, to_json(outcome)) as status,
    coalesce(told(failure -> 'code'), told(failure -> 'type'), told(failure -> '$.innererror.code'), error_type) as error_type,
    coalesce(told(failure -> 'message'), case when json_type(failure) = 'VARCHAR' then failure end, error_message) as error_message,
    coalesce(told(r.model), model_requested) as model_requested,
    coalesce(told(s.model), to_json(case when cut then cut_field(words, 'model') end), model) as model,
    json_text(coalesce(
        with_system(r.system, r.messages), case when json_type(asked) = 'ARRAY' then asked end,
        case when coalesce(told(r.instructions), s.instructions) is not null and told(r.input) is not null then json_list_of(
            [json_object('role', 'system', 'content', coalesce(told(r.instructions), s.instructions))]
            || case when json_type(r.input) = 'ARRAY' then json_extract(r.input, '$[*]')
                else [json_object('role', 'user', 'content', r.input)] end
        ) end,
        told(r.input), told(r.prompt), with_system(r.systemInstruction, r.contents), q, asked
    )) as input,
    case
        when failure is not null then null
        when called is not null then coalesce(message, json_object('role', 'assistant', 'content', called))::varchar
        when message is not null then coalesce(
            case when json_type(message, '$.content') = 'ARRAY' then joined(json_extract_string(message, '$.content[*].text')) end,
            json_text(told(message -> 'content')), message ->> 'refusal', message ->> '$.audio.transcript', ''
        )
        when choice is not null then choice ->> 'text'
        when len(calls) > 0 then json_list_of(messages || calls)::varchar
        when len(items) > 0 or s.status in ('completed', 'incomplete') then array_to_string(
            flatten(list_transform(
                messages,
                lambda i: list_transform(json_extract(i, '$.content[*]'), lambda part: coalesce(part ->> 'text', part ->> 'refusal'))
            )), ''
        )
        when anthropic then array_to_string(json_extract_string(a, '$.content[*].text'), '')
        when cut then cut_content(words)
        else words
    end as output,
    to_json(case
        when starts_with(wanted, 'json') then 'json'
        when wanted = 'text' then 'text'
    end) as output_format,
    coalesce(to_json(finish), finish_reason) as finish_reason,
    -- Anthropic counts what its cache read and wrote beside the input, OpenAI inside
    coalesce(to_json(
        token_count(coalesce(usage -> 'prompt_tokens', usage -> 'input_tokens'))
        + coalesce(token_count(usage -> 'cache_read_input_tokens'), 0) + coalesce(token_count(usage -> 'cache_creation_input_tokens'), 0)
    ), input_tokens) as input_tokens,
    coalesce(to_json(token_count(coalesce(usage -> 'completion_tokens', usage -> 'output_tokens'))), output_tokens) as output_tokens,
    coalesce(to_json(token_count(coalesce(
        usage -> '$.prompt_tokens_details.cached_tokens', usage -> '$.input_tokens_details.cached_tokens',
        usage -> 'cache_read_input_tokens'
    ))), cache_read_tokens) as cache_read_tokens,
    to_json(token_count(usage -> 'cache_creation_input_tokens')) as cache_write_tokens,
    to_json(token_count(coalesce(
        usage -> '$.completion_tokens_details.reasoning_tokens', usage -> '$.output_tokens_details.reasoning_tokens'
    ))) as reasoning_tokens,
    loose_number(coalesce(told(r.temperature), s.temperature, told(r.generationConfig.temperature))) as temperature,
    loose_number(coalesce(told(r.seed), s.seed, told(r.generationConfig.seed))) as seed,
    to_json(len(found)) as retrieval_hits,
    to_json(list_transform(found, lambda d: {
        'id': coalesce(d ->> 'file_id', d ->> 'filepath', d ->> 'url', d ->> 'filename', d ->> 'title', d ->> 'chunk_id'),
        'score': try_cast(coalesce(d ->> 'score', d ->> 'rerank_score') as double)
    })) as retrieval_documents,
    to_json(nullif(list_distinct(list_filter(
        list_transform(
            notes, lambda n: coalesce(n ->> 'file_id', n ->> '$.file_citation.file_id', n ->> '$.url_citation.url', n ->> 'url')
        ),
        lambda cited: cited is not null
    )), [])) as citations,
    to_json(case
        when blocked or finish in ('content_filter', 'content_filtered') or len(filtered) > 0 then 'block'
        when len(detected) > 0 then 'flag'
        when filters is not null then 'allow'
    end) as guardrail_action,
    to_json(coalesce(filtered[1], detected[1])) as guardrail_category,
    coalesce(
        "user", told(r."user"), told(r.safety_identifier), s."user", s.safety_identifier, tag(tags, ['user', 'userid', 'enduser'])
    ) as "user",
    coalesce(
        session, tag(tags, ['session', 'sessionid', 'conversation', 'conversationid']), told(s.conversation -> 'id'),
        json_object_leaf(told(q -> 'conversation')) -> 'id', told(q -> 'conversation')
    ) as session,
    coalesce(tenant, tag(tags, ['tenant', 'tenantid', 'customer', 'customerid', 'org', 'orgid'])) as tenant,
    coalesce(feature, tag(tags, ['feature', 'usecase', 'product', 'app', 'application'])) as feature,
    coalesce(
        prompt_version, tag(tags, ['promptversion']), told(json_object_leaf(told(r.prompt)) -> 'version'),
        told(json_object_leaf(s.prompt) -> 'version')
    ) as prompt_version,
    merged(extra, object_of_told([
        {'k': 'request', 'v': json_rest(q, '{
            "model": null, "messages": null, "system": null, "input": null, "contents": null, "systemInstruction": null,
            "temperature": null, "seed": null, "user": null}')},
        {'k': 'response', 'v': json_rest(a, '{
            "choices": null, "output": null, "model": null, "content": null, "stop_reason": null, "temperature": null, "seed": null}')},
        {'k': 'choice', 'v': json_rest(choice, '{"message": null, "delta": null, "text": null, "finish_reason": null, "index": null}')},
        {'k': 'message', 'v': json_rest(message, '{
            "role": null, "content": null, "refusal": null, "tool_calls": null, "function_call": null}')},
        {'k': 'choices', 'v': case when json_array_length(a, '$.choices') > 1 then a -> 'choices' end},
        {'k': 'items', 'v': case when len(items) > len(messages) + len(calls) then json_list_of(
            list_filter(items, lambda i: not list_contains(messages || calls, i))
        ) end},
        {'k': 'cut', 'v': case when cut or left(ltrim(json_string(asked)), 1) in ('{', '[') then json_list_of(
            case when left(ltrim(json_string(asked)), 1) in ('{', '[') then ['"request"'::json] else [] end
            || case when cut then ['"response"'::json] else [] end
        ) end}
    ])) as attributes
from judged
