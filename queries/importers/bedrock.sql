/*
title: Amazon Bedrock
summary: model invocation logs from S3 or CloudWatch - Converse and InvokeModel, streams put together again, guardrail blocks marked
docs: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
notes: >
  The time of a record is that of its end, to the second; where a latency is told, the start lies before it. Tokens read
  from and written to the prompt cache lie beside the input, and are added to it, unless the total says otherwise. A
  guardrail's block looks like an answer (end_turn, no tokens, a canned text): it gets the finish reason content_filter and
  the action block; the model's own word stays in `attributes`.
fills: >
  id trace_id kind name feature start end duration_ms status error_type error_message http_status provider model_requested
  model input output output_format finish_reason input_tokens output_tokens cache_read_tokens cache_write_tokens
  reasoning_tokens temperature guardrail_category guardrail_action guardrail_score tenant user session region locale client prompt_version
  app_version attributes
detect: >
  (body ->> 'schemaType') = 'ModelInvocationLog'
  or (has_all(body, ['modelId', 'requestId', 'operation']) and has_any(body, ['input', 'output', 'errorCode']))
  or (has_all(body, ['modelId']) and (body -> '$.input.inputTokenCount') is not null)
*/
with
named as (
    select
        file,
        line,
        ord,
        body,
        from_json(body, '{
            "timestamp": "json", "requestId": "json", "operation": "json", "modelId": "json", "region": "json", "errorCode": "json",
            "errorMessage": "json", "status": "json", "requestMetadata": "json", "input": "json", "output": "json"}') as s
    from records
),
parsed as (
    select
        *,
        json_string(s.modelId) as model_id,
        parsed_text(told(s.input -> 'inputBodyJson')) as asked,
        parsed_text(told(s.output -> 'outputBodyJson')) as answered,
        json_object_leaf(parsed_text(s.requestMetadata)) as tags
    from named
),
opened as (
    select
        *,
        coalesce(json_type(answered) = 'ARRAY', false) as streamed,
        bedrock_trace(answered) as trace,
        coalesce(
            json_extract(answered, '$[*]."amazon-bedrock-invocationMetrics"')[-1], answered -> '$."amazon-bedrock-invocationMetrics"',
            json_extract(answered, '$[*].metadata.metrics')[-1], answered -> 'metrics'
        ) as metrics,
        len(list_filter(
            json_extract_string(answered, '$.."amazon-bedrock-guardrailAction"'), lambda word: ends_with(word, 'INTERVENED')
        )) > 0 as marked
    from parsed
),
put_together as (
    select
        *,
        case when streamed then bedrock_streamed(answered) else bedrock_text(answered) end as said,
        case when streamed then bedrock_streamed_tools(answered) else bedrock_tools(answered) end as tools,
        case when streamed then bedrock_streamed_stop(answered) else bedrock_stop(answered) end as stop,
        case when streamed then bedrock_streamed_usage(answered) else told(answered -> 'usage') end as usage,
        bedrock_policies(trace) as policies,
        list_filter(
            json_extract(answered, '$.output.message.content[*]') || json_extract(answered, '$.content[*]'),
            lambda block: (block -> 'text') is null
        ) as wordless
    from opened
),
counted as (
    select
        *,
        marked or coalesce(lower(stop) in ('guardrail_intervened', 'content_filtered'), false) as intervened,
        token_count(coalesce(
            told(s.input -> 'inputTokenCount'), metrics -> 'inputTokenCount', usage -> 'inputTokens', usage -> 'input_tokens',
            usage -> 'prompt_tokens', answered -> 'prompt_token_count', answered -> 'inputTextTokenCount'
        )) as input_part,
        token_count(coalesce(
            told(s.output -> 'outputTokenCount'), metrics -> 'outputTokenCount', usage -> 'outputTokens', usage -> 'output_tokens',
            usage -> 'completion_tokens', answered -> 'generation_token_count', answered -> '$.results[0].tokenCount'
        )) as output_tokens,
        token_count(coalesce(
            told(s.input -> 'cacheReadInputTokenCount'), metrics -> 'cacheReadInputTokenCount', usage -> 'cacheReadInputTokens',
            usage -> 'cacheReadInputTokenCount', usage -> 'cache_read_input_tokens'
        )) as cache_read,
        token_count(coalesce(
            told(s.input -> 'cacheWriteInputTokenCount'), metrics -> 'cacheWriteInputTokenCount', usage -> 'cacheWriteInputTokens',
            usage -> 'cacheWriteInputTokenCount', usage -> 'cache_creation_input_tokens'
        )) as cache_write,
        token_count(coalesce(usage -> 'totalTokens', usage -> 'total_tokens')) as total,
        json_number(loose_number(coalesce(metrics -> 'latencyMs', metrics -> 'invocationLatency'))) as latency_ms
    from put_together
),
judged as (
    select
        *,
        case
            when len(list_filter(policies, lambda policy: (policy ->> 'action') = 'BLOCKED')) > 0 then 'block'
            when len(policies) > 0 then 'mask'
            when intervened then 'block'
            when trace is not null then 'allow'
        end as guard,
        -- the model's word where it is another than the guardrail's deed
        coalesce(lower(stop), '') not in ('guardrail_intervened', 'content_filtered') as unaware,
        -- parts inside the whole leave the total at input and output
        coalesce(
            total = input_part + output_tokens and coalesce(cache_read, 0) + coalesce(cache_write, 0) <= input_part, false
        ) as inside,
        case
            when contains(model_id, 'embed') or (answered -> 'embedding') is not null then 'embedding'
            when contains(model_id, 'rerank') or coalesce(answered -> 'images', answered -> 'artifacts') is not null then 'other'
            else 'llm'
        end as sort
    from counted
),
foreign_shapes as (
    -- an answer in a shape that no maker here is known to use stands as it came: it is not empty
    select
        *,
        case
            when said is null and coalesce(len(tools), 0) = 0 and sort = 'llm' and s.errorCode is null
                and json_type(answered) in ('OBJECT', 'ARRAY') and answered::varchar not in ('{}', '[]')
                then answered::varchar
        end as foreign_answer
    from judged
)
select
    file,
    line,
    ord,
    body,
    s.requestId as id,
    coalesce(tag(tags, ['traceid', 'trace']), s.requestId) as trace_id,
    to_json(sort) as kind,
    s.operation as name,
    coalesce(
        case when latency_ms > 0 then to_json(end_after(json_moment(s."timestamp"), -latency_ms)) end, s."timestamp"
    ) as start,
    case when latency_ms > 0 then s."timestamp" end as "end",
    to_json(latency_ms) as duration_ms,
    to_json(case
        when s.errorCode is null then 'ok'
        when contains(json_string(s.errorCode), 'Timeout') then 'timeout'
        else 'error'
    end) as status,
    s.errorCode as error_type,
    case when s.errorCode is not null then
        coalesce(s.errorMessage, case when json_type(answered, '$.message') = 'VARCHAR' then answered -> 'message' end)
    end as error_message,
    to_json(coalesce(
        case when json_integer(loose_number(s.status)) between 100 and 599 then json_integer(loose_number(s.status)) end,
        bedrock_http(json_string(s.errorCode))
    )) as http_status,
    '"bedrock"'::json as provider,
    s.modelId as model_requested,
    to_json(coalesce(
        json_extract_string(answered, '$[*].message.model')[1], answered ->> 'model', regexp_extract(model_id, '[^/]+$')
    )) as model,
    json_text(coalesce(
        with_system(asked -> 'system', asked -> 'messages'), told(asked -> 'inputText'), told(asked -> 'prompt'),
        bedrock_conversation(asked), told(asked -> 'message'), told(asked -> 'texts'), asked
    )) as input,
    case
        when len(tools) > 0 then json_object(
            'role', 'assistant', 'content', coalesce(
                told(answered -> '$.output.message.content'), told(answered -> 'content'),
                json_list_of(case when said <> '' then [json_object('type', 'text', 'text', said)] else [] end || tools)
            )
        )::varchar
        else coalesce(said, foreign_answer)
    end as output,
    case
        when starts_with(coalesce(asked ->> '$.response_format.type', asked ->> '$.output_format.type'), 'json') then '"json"'::json
    end as output_format,
    to_json(case when guard = 'block' and unaware then 'content_filter' else stop end) as finish_reason,
    to_json(input_part + case when inside then 0 else coalesce(cache_read, 0) + coalesce(cache_write, 0) end) as input_tokens,
    to_json(output_tokens) as output_tokens,
    to_json(cache_read) as cache_read_tokens,
    to_json(cache_write) as cache_write_tokens,
    loose_number(told(usage -> '$.completion_tokens_details.reasoning_tokens')) as reasoning_tokens,
    loose_number(told(coalesce(
        asked -> '$.inferenceConfig.temperature', asked -> '$.textGenerationConfig.temperature', asked -> 'temperature'
    ))) as temperature,
    to_json(case
        when policies[1] ->> 'name' is not null then policies[1] ->> 'name'
        when policies[1] ->> 'type' is not null then lower(policies[1] ->> 'type')
        when len(policies) > 0 then 'word'
    end) as guardrail_category,
    to_json(guard) as guardrail_action,
    loose_number(told(policies[1] -> 'score')) as guardrail_score,
    tag(tags, ['feature', 'usecase', 'product', 'app', 'application']) as feature,
    tag(tags, ['tenant', 'tenantid', 'customer', 'customerid', 'org', 'orgid']) as tenant,
    coalesce(tag(tags, ['user', 'userid', 'enduser']), told(asked -> '$.metadata.user_id')) as "user",
    tag(tags, ['session', 'sessionid', 'conversation', 'conversationid']) as session,
    s.region as region,
    tag(tags, ['locale', 'language', 'lang']) as locale,
    tag(tags, ['client', 'platform', 'channel']) as client,
    tag(tags, ['promptversion', 'prompt']) as prompt_version,
    tag(tags, ['appversion', 'release', 'version']) as app_version,
    merged(
        json_rest(body, '{
            "timestamp": null, "requestId": null, "operation": null, "modelId": null, "region": null, "errorCode": null,
            "errorMessage": null, "input": null, "output": null}'),
        object_of_told([
            {'k': 'input', 'v': json_rest(s.input, '{"inputBodyJson": null, "inputTokenCount": null}')},
            {'k': 'output', 'v': json_rest(s.output, '{"outputBodyJson": null, "outputTokenCount": null}')},
            {'k': 'request', 'v': json_rest(json_object_leaf(asked), '{
                "messages": null, "system": null, "inputText": null, "prompt": null, "message": null, "texts": null, "temperature": null}')},
            {'k': 'response', 'v': case
                when streamed then null
                when said is not null then json_rest(json_object_leaf(answered), '{
                    "output": null, "content": null, "results": null, "generation": null, "outputs": null, "generations": null,
                    "choices": null, "completions": null, "completion": null, "text": null, "stopReason": null,
                    "stop_reason": null, "finish_reason": null}')
                when foreign_answer is null then json_object_leaf(answered)
            end},
            -- what the model thought, and pictures: parts of the answer that are no words
            {'k': 'blocks', 'v': case when len(tools) = 0 and len(wordless) > 0 then json_list_of(wordless) end},
            {'k': 'thoughts', 'v': case when streamed then to_json(bedrock_streamed_thoughts(answered)) end},
            {'k': 'usage', 'v': case when streamed then usage end},
            {'k': 'metrics', 'v': case when streamed then metrics end},
            {'k': 'trace', 'v': case when streamed then trace end},
            {'k': 'finish_reason', 'v': case when guard = 'block' and unaware then to_json(stop) end}
        ])
    ) as attributes
from foreign_shapes
