/*
title: helpers for Amazon Bedrock
order: 9
summary: texts, stop reasons and usage in the shapes of the models' makers, whole or in the pieces of a stream; guardrail traces
*/
-- What was answered in a whole response, in the shapes of Converse, Anthropic, Titan, Llama, Mistral, Cohere, OpenAI and AI21.
-- A message without a word is blank, which is not the same as a body that was not logged.
create or replace macro bedrock_text(o) as
    coalesce(
        case when json_type(o, '$.output.message.content') = 'ARRAY' then
            array_to_string(json_extract_string(o, '$.output.message.content[*].text'), '')
        end,
        case when json_type(o, '$.content') = 'ARRAY' then array_to_string(json_extract_string(o, '$.content[*].text'), '') end,
        joined(json_extract_string(o, '$.results[*].outputText')),
        o ->> '$.generation',
        o ->> '$.outputs[0].text',
        o ->> '$.generations[0].text',
        o ->> '$.choices[0].message.content',
        o ->> '$.choices[0].text',
        o ->> '$.completions[0].data.text',
        o ->> '$.text',
        o ->> '$.completion'
    );

create or replace macro bedrock_streamed(events) as
    coalesce(
        joined(json_extract_string(events, '$[*].delta.text')),
        joined(json_extract_string(events, '$[*].contentBlockDelta.delta.text')),
        joined(json_extract_string(events, '$[*].outputText')),
        joined(json_extract_string(events, '$[*].generation')),
        joined(json_extract_string(events, '$[*].outputs[0].text')),
        joined(json_extract_string(events, '$[*].choices[0].delta.content')),
        joined(json_extract_string(events, '$[*].choices[0].message.content')),
        joined(json_extract_string(events, '$[*].choices[0].text')),
        joined(json_extract_string(events, '$[*].text')),
        joined(json_extract_string(events, '$[*].completion')),
        case when len(json_extract(events, '$[*].type')) > 0 then '' end
    );

-- calls of tools: a whole response's, and a stream's, whose arguments come in pieces by the number of their block
create or replace macro bedrock_tools(o) as
    list_filter(
        json_extract(o, '$.output.message.content[*]') || json_extract(o, '$.content[*]'),
        lambda block: (block -> 'toolUse') is not null or (block ->> 'type') = 'tool_use'
    )
    -- Mistral's have no type, and Cohere's are a name and parameters
    || list_transform(
        json_extract(o, '$.choices[0].message.tool_calls[*]') || json_extract(o, '$.tool_calls[*]'),
        lambda called: coalesce(
            case when (called -> 'function') is not null then json_merge_patch('{"type": "function"}', called) end,
            json_object('type', 'tool_use', 'name', called -> 'name', 'input', called -> 'parameters')
        )
    );

create or replace macro bedrock_streamed_tools(events) as
    list_transform(
        list_filter(
            json_extract(events, '$[*]'),
            lambda e: (e ->> '$.content_block.type') = 'tool_use' or (e -> '$.contentBlockStart.start.toolUse') is not null
        ),
        lambda opened: json_object(
            'type', 'tool_use',
            'id', coalesce(opened -> '$.content_block.id', opened -> '$.contentBlockStart.start.toolUse.toolUseId'),
            'name', coalesce(opened -> '$.content_block.name', opened -> '$.contentBlockStart.start.toolUse.name'),
            'input', parsed_text(to_json(array_to_string(
                list_transform(
                    list_filter(
                        json_extract(events, '$[*]'),
                        lambda piece: coalesce(piece ->> '$.index', piece ->> '$.contentBlockDelta.contentBlockIndex')
                        = coalesce(opened ->> '$.index', opened ->> '$.contentBlockStart.contentBlockIndex')
                    ),
                    lambda piece: coalesce(
                        piece ->> '$.delta.partial_json', piece ->> '$.contentBlockDelta.delta.toolUse.input', ''
                    )
                ), ''
            )))
        )
    );

create or replace macro bedrock_stop(o) as
    coalesce(
        o ->> '$.stopReason', o ->> '$.stop_reason', o ->> '$.results[0].completionReason', o ->> '$.outputs[0].stop_reason',
        o ->> '$.generations[0].finish_reason', o ->> '$.choices[0].finish_reason', o ->> '$.choices[0].stop_reason',
        o ->> '$.completions[0].finishReason.reason', o ->> '$.finish_reason', o ->> '$.completionReason'
    );

create or replace macro bedrock_streamed_stop(events) as
    list_filter(
        json_extract_string(events, '$[*].delta.stop_reason') || json_extract_string(events, '$[*].messageStop.stopReason')
        || json_extract_string(events, '$[*].completionReason') || json_extract_string(events, '$[*].stop_reason')
        || json_extract_string(events, '$[*].outputs[0].stop_reason')
        || json_extract_string(events, '$[*].choices[0].finish_reason') || json_extract_string(events, '$[*].choices[0].stop_reason')
        || json_extract_string(events, '$[*].finish_reason'),
        lambda word: word is not null
    )[-1];

-- The last that a stream says of a count holds: its first event is preliminary, and alone may tell of the prompt.
create or replace macro bedrock_streamed_usage(events) as
    list_transform(
        [list_filter(
            json_extract(events, '$[*].message.usage') || json_extract(events, '$[*].usage')
            || json_extract(events, '$[*].metadata.usage'),
            lambda u: json_type(u) = 'OBJECT'
        )],
        lambda counts: json_merge_patch(counts[1], counts[-1])
    )[1];

-- what a model thought aloud before it answered, in the pieces of a stream
create or replace macro bedrock_streamed_thoughts(events) as
    joined(
        json_extract_string(events, '$[*].delta.thinking')
        || json_extract_string(events, '$[*].contentBlockDelta.delta.reasoningContent.text')
    );

-- Cohere keeps what was said before apart from the message: together they are the question
create or replace macro bedrock_conversation(asked) as
    case when json_type(asked, '$.chat_history') = 'ARRAY' and json_array_length(asked, '$.chat_history') > 0 then
        json_list_of(list_transform(
            json_extract(asked, '$.chat_history[*]'),
            lambda turn: json_object(
                'role', case upper(turn ->> 'role') when 'CHATBOT' then 'assistant' else lower(turn ->> 'role') end,
                'content', coalesce(turn -> 'message', turn -> 'tool_results', turn -> 'tool_calls')
            )
        ) || [json_object('role', 'user', 'content', asked -> 'message')])
    end;

-- what the guardrail's trace says of one answer: an object, or null where tracing was off
create or replace macro bedrock_trace(o) as
    coalesce(
        o -> '$.trace.guardrail', o -> '$."amazon-bedrock-trace".guardrail',
        json_extract(o, '$[*].metadata.trace.guardrail')[1], json_extract(o, '$[*]."amazon-bedrock-trace".guardrail')[1]
    );

-- policies that a guardrail's trace shows at work
create or replace macro bedrock_policies(trace) as
    list_filter(
        json_extract(trace, '$..topics[*]') || json_extract(trace, '$..filters[*]') || json_extract(trace, '$..customWords[*]')
        || json_extract(trace, '$..managedWordLists[*]') || json_extract(trace, '$..piiEntities[*]')
        || json_extract(trace, '$..regexes[*]'),
        lambda policy: (policy ->> 'action') in ('BLOCKED', 'ANONYMIZED')
    );

-- HTTP codes as the reference of the API gives them for its exceptions
create or replace macro bedrock_http(error) as
    case regexp_replace(error, '^.*#', '')
        when 'ThrottlingException' then 429
        when 'ModelNotReadyException' then 429
        when 'ServiceQuotaExceededException' then 400
        when 'ValidationException' then 400
        when 'AccessDeniedException' then 403
        when 'UnrecognizedClientException' then 403
        when 'ExpiredTokenException' then 403
        when 'ResourceNotFoundException' then 404
        when 'ModelTimeoutException' then 408
        when 'ModelErrorException' then 424
        when 'ModelStreamErrorException' then 424
        when 'InternalServerException' then 500
        when 'ServiceUnavailableException' then 503
    end;
