/*
title: calls of model interfaces
order: 10
summary: >
  A request and a response as a gateway or a tracer keeps them, whoever's interface it was: what was answered, why it
  ended, what it used, and how it failed. Each macro takes a leaf, or the struct that a `..._of` macro made of one.
*/
-- the parts of a response: OpenAI's chat, completions and Responses, Anthropic's messages, LangChain's generations; Google's
-- comes as `as_completion` gives it
create or replace macro response_of(body) as
    from_json(body, '{
        "model": "json", "choices": [{"finish_reason": "json", "message": "json", "text": "json"}], "usage": "json",
        "usage_metadata": "json", "stop_reason": "json", "finish_reason": "json", "status": "json",
        "incomplete_details": {"reason": "json"}, "error": "json", "messages": "json", "documents": "json", "data": "json",
        "results": "json", "generations": [[{"text": "json", "message": "json", "generation_info": {"finish_reason": "json"}}]],
        "llm_output": {"model_name": "json", "model": "json", "token_usage": "json"}, "content": "json", "output": "json"}');

-- a message of an interface, or LangChain's: written out, under `kwargs`, or under `data`
create or replace macro message_of(message) as
    from_json(
        coalesce(json_object_leaf(json_extract(message, '$.kwargs')), json_object_leaf(json_extract(message, '$.data')), message), '{
        "content": "json", "tool_calls": "json", "function_call": "json", "refusal": "json", "usage_metadata": "json",
        "response_metadata": {"finish_reason": "json", "stop_reason": "json", "model_name": "json", "model": "json",
        "token_usage": "json"}, "additional_kwargs": {"tool_calls": "json", "function_call": "json"}}');

-- the one message of a response; of several answers none is the answer
create or replace macro response_message(response) as
    case
        when len(response.choices) = 1 then response.choices[1].message
        when len(response.generations) = 1 and len(response.generations[1]) = 1 then response.generations[1][1].message
        when response.choices is null and response.generations is null and json_array_length(response.messages) = 1
            then json_extract(response.messages, '$[0]')
    end;

-- the types of the parts that an answer is told in: Anthropic's blocks and the items of OpenAI's Responses
create or replace macro part_types(parts) as
    case when json_type(parts) = 'ARRAY' then list_distinct(json_extract_string(parts, '$[*].type')) end;

-- What was said, as text. A message that says it in parts, calls a tool or declines stays a message, and a response
-- without a single message as it stands. `said` is the response's message, by `message_of`.
create or replace macro response_words(body, response, said) as
    case
        when json_string(said.content) is not null and coalesce(
            said.function_call, said.refusal, said.additional_kwargs.function_call, said.tool_calls -> 0,
            said.additional_kwargs.tool_calls -> 0
        ) is null then json_string(said.content)
        when response_message(response) is not null then response_message(response)::varchar
        when len(response.choices) = 1 and response.choices[1].text is not null then json_text(response.choices[1].text)
        when len(response.generations) = 1 and len(response.generations[1]) = 1 then json_text(response.generations[1][1].text)
        when list_contains(part_types(response.content), 'tool_use')
            then json_object('role', 'assistant', 'content', response.content)::varchar
        when list_contains(part_types(response.content), 'text')
            then array_to_string(json_extract_string(response.content, '$[*].text'), '')
        when list_contains(part_types(response.output), 'message') and list_has_all(['message', 'reasoning'], part_types(response.output))
            then array_to_string(json_extract_string(response.output, '$[*].content[*].text'), '')
        else json_text(body)
    end;

create or replace macro response_finish(response, said) as
    coalesce(
        response.choices[1].finish_reason, said.response_metadata.finish_reason, said.response_metadata.stop_reason,
        response.generations[1][1].generation_info.finish_reason, response.stop_reason, response.finish_reason,
        response.incomplete_details.reason,
        case when json_string(response.status) in ('completed', 'incomplete') then response.status end
    );

-- Tokens, by whichever names. Inside: OpenAI's parts of the prompt, LangChain's details. Beside: Anthropic's own counts.
create or replace macro usage_of(usage) as
    from_json(usage, '{
        "prompt_tokens": "json", "completion_tokens": "json", "input_tokens": "json", "output_tokens": "json",
        "prompt_tokens_details": {"cached_tokens": "json", "cache_creation_tokens": "json"},
        "completion_tokens_details": {"reasoning_tokens": "json"}, "input_tokens_details": {"cached_tokens": "json"},
        "output_tokens_details": {"reasoning_tokens": "json"}, "input_token_details": {"cache_read": "json",
        "cache_creation": "json", "ephemeral_5m_input_tokens": "json", "ephemeral_1h_input_tokens": "json"},
        "output_token_details": {"reasoning": "json"}, "cache_read_input_tokens": "json", "cache_creation_input_tokens": "json",
        "total_cost": "json"}');

create or replace macro usage_read(used) as
    loose_number(coalesce(
        used.cache_read_input_tokens, used.prompt_tokens_details.cached_tokens, used.input_tokens_details.cached_tokens,
        used.input_token_details.cache_read
    ));

-- what was written for five minutes or an hour is told apart by LangChain, and is then no part of the plain count
create or replace macro details_write(details) as
    coalesce(
        nullif(details.cache_creation, '0'),
        to_json(nullif(
            coalesce(json_count(details.ephemeral_5m_input_tokens), 0) + coalesce(json_count(details.ephemeral_1h_input_tokens), 0), 0
        )),
        details.cache_creation
    );

create or replace macro usage_write(used) as
    loose_number(coalesce(
        used.cache_creation_input_tokens, details_write(used.input_token_details), used.prompt_tokens_details.cache_creation_tokens
    ));

create or replace macro usage_reasoning(used) as
    loose_number(coalesce(
        used.completion_tokens_details.reasoning_tokens, used.output_tokens_details.reasoning_tokens,
        used.output_token_details.reasoning
    ));

create or replace macro usage_prompt(used) as loose_number(coalesce(used.prompt_tokens, used.input_tokens));

-- the whole prompt, of the three counts above (columns: a macro writes its arguments out wherever it uses them)
create or replace macro usage_in(used, prompt, cache_read, cache_write) as
    case
        when used.prompt_tokens is null and coalesce(used.cache_read_input_tokens, used.cache_creation_input_tokens) is not null then
            to_json(json_count(prompt) + coalesce(json_count(cache_read), 0) + coalesce(json_count(cache_write), 0))
        else whole_input(prompt, cache_read, cache_write)
    end;

create or replace macro usage_out(used) as loose_number(coalesce(used.completion_tokens, used.output_tokens));

-- the parameters of a call, and the names under which applications tell more about it in the metadata they attach
create or replace macro request_of(body) as
    from_json(body, '{
        "messages": "json", "input": "json", "prompt": "json", "prompts": "json", "contents": "json", "model": "json", "model_name": "json",
        "system": "json", "instructions": "json", "systemInstruction": "json", "temperature": "json", "seed": "json", "response_format": {"type": "varchar"}, "text": {"format": {"type": "varchar"}}}');

-- what was asked, with the words that were put before it
create or replace macro request_words(request) as
    coalesce(
        with_system(request.system, request.messages), with_system(request.systemInstruction, request.contents),
        case
            when told(request.instructions) is null then request.input
            when json_type(request.input) = 'ARRAY' then with_system(request.instructions, request.input)
            when request.input is not null then
                with_system(request.instructions, json_list_of([json_object('role', 'user', 'content', request.input)]))
        end,
        request.prompt
    );

-- names in JavaScript's spelling as the others: userId, tenant-id
create or replace macro snake_names(body) as
    list_transform([body], lambda spelled: case
        when starts_with(spelled, '{') and regexp_matches(json_keys(spelled)::varchar, '[A-Z-]') then
            json_object_of(list_transform(json_keys(spelled), lambda k: {
                'k': replace(lower(regexp_replace(k::varchar, '([a-z0-9])([A-Z])', '\1_\2', 'g')), '-', '_'),
                'v': member(spelled, k::varchar)
            }))
        else spelled
    end)[1];

create or replace macro asks_json(request) as
    case when starts_with(coalesce(request.response_format.type, request.text.format.type), 'json') then '"json"'::json end;

create or replace macro metadata_of(body) as
    from_json(snake_names(body), '{
        "tenant": "json", "tenant_id": "json", "organization_id": "json", "org_id": "json", "customer_id": "json", "user": "json",
        "user_id": "json", "session_id": "json", "thread_id": "json", "conversation_id": "json", "region": "json",
        "locale": "json", "language": "json", "feature": "json", "client": "json", "prompt_version": "json", "prompt_id": "json",
        "app_version": "json", "release": "json", "index_version": "json", "arm": "json", "variant": "json",
        "idempotency_key": "json", "attempt": "json", "fallback": "json", "route": "json", "finish_reason": "json",
        "cache_status": "json", "cache_hit": "json", "cache_key": "json", "cache_age_s": "json", "cache_ttl_s": "json",
        "category": "json", "action": "json", "guardrail_category": "json", "guardrail_action": "json", "guardrail_score": "json"}');

create or replace macro metadata_tenant(told) as
    coalesce(told.tenant, told.tenant_id, told.organization_id, told.org_id, told.customer_id);

-- the class of an exception as its text begins, or as the last line of a Python stack names it
create or replace macro error_class(words) as
    nullif(regexp_extract(
        coalesce(nullif(regexp_extract(words, '(?s)^\s*Traceback \(most recent.*\n([A-Za-z_][\w.]*[:(]?)[^\n]*\s*$', 1), ''), words),
        '^\s*([A-Za-z_][\w.]*)(?:[:(]|$)', 1
    ), '');

-- what an exception says, without the stack it was raised in
create or replace macro error_words(words) as
    coalesce(
        nullif(trim(regexp_extract(words, '(?s)^\s*Traceback \(most recent.*\n([A-Za-z_][^\n]*?)\s*$', 1)), ''),
        nullif(trim(regexp_replace(words, '(?s)(Traceback \(most recent call last\)|\n\s+at \S).*$', ''), ' ' || chr(10) || chr(13)), ''),
        words
    );

-- the code that an exception names, or begins with, as those of JavaScript do ("Error: 401 Incorrect API key")
create or replace macro error_code(words) as
    coalesce(
        nullif(regexp_extract(
            words, '(?i)(?:error code|status(?:[ _]?code)?|http(?:/[\d.]+)?(?: status| error)?)[''"]?\s*[:=]?\s*[''"]?([45]\d\d)\b', 1
        ), ''),
        nullif(regexp_extract(words, '^\s*\w*Error: ([45]\d\d) [A-Z{]', 1), '')
    )::integer;

create or replace macro outcome_of_failure(class, code) as
    case
        when code in (408, 504) or regexp_matches(class, '(?i)time[_ ]?d?[_ ]?out|deadline') then 'timeout'
        when code = 499 or regexp_matches(class, '(?i)cancell?ed|keyboardinterrupt|abort') then 'cancelled'
        else 'error'
    end;

-- A record without what columns hold, and without nulls, which say nothing. To be unfolded: a table keeps JSON as text.
create or replace macro record_rest(body, known) as json_merge_patch('{}', json_merge_patch(body, known));

create or replace macro json_unfolded(leaf) as
    case
        when regexp_matches(leaf::varchar, ':\s*"\s*[\[{]') then
            json_object_of(list_transform(json_keys(leaf), lambda k: {
                'k': k, 'v': parsed_text(member(leaf, k))
            }))
        else leaf
    end;

-- what is left of a response when its one answer stands in `output`
create or replace macro response_rest(body, response) as
    json_merge_patch('{}', json_merge_patch(body, case
        when len(response.choices) = 1 then json_object('choices', nullif(merged(
            nullif(record_rest(
                json_extract(body, '$.choices[0]'), '{"index": null, "finish_reason": null, "text": null, "message": null}'
            ), '{}'),
            nullif(json_merge_patch('{}', json_object('message', nullif(record_rest(
                response.choices[1].message,
                '{"role": null, "content": null, "tool_calls": null, "function_call": null, "refusal": null}'
            ), '{}'))), '{}')
        ), '')::json)
        when len(response.generations) = 1 and len(response.generations[1]) = 1 then
            json_object('generations', json_merge_patch(json_extract(body, '$.generations[0][0]'), case
                when json_extract(response.generations[1][1].message, '$.kwargs') is not null then
                    '{"text": null, "message": {"kwargs": {"content": null}}}'
                when response.generations[1][1].message is not null then '{"text": null, "message": {"content": null}}'
                else '{"text": null}'
            end))
        when list_contains(part_types(response.content), 'text') and not list_contains(part_types(response.content), 'tool_use')
            then json_object('content', case when len(part_types(response.content)) > 1 then response.content end)
        when list_contains(part_types(response.output), 'message') and list_has_all(['message', 'reasoning'], part_types(response.output))
            then json_object('output', case when len(part_types(response.output)) > 1 then response.output end)
    end));
