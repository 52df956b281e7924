/*
title: MLflow Tracing
summary: traces as MLflow gives them - JSON of either schema, raw spans, and what `search_traces` returns saved as CSV, JSON lines or Parquet
docs: https://mlflow.org/docs/latest/genai/tracing/
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status attempt
  fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s cache_ttl_s retrieval_hits
  retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user
  session region locale client prompt_version app_version index_version arm scores attributes
holds: data trace_data spans
detect: >
  has_any(body, ['trace_info', 'trace_data'])
  or (has_all(body, ['info', 'data']) and (body -> '$.data.spans') is not null)
  or has_all(body, ['trace_id', 'trace_metadata']) or has_all(body, ['trace_id', 'trace_location'])
  or (has_all(body, ['request_id', 'timestamp_ms']) and has_any(body, ['request_metadata', 'execution_time_ms']))
  or (body -> '$.attributes."mlflow.spanType"') is not null
  or (body -> '$.attributes."mlflow.traceRequestId"') is not null
then: attributes
*/
with
wholes as (
    -- a row of a data frame may hold the trace as one text
    select
        *,
        coalesce(json_object_leaf(parsed_text(body -> 'trace')), body) as whole,
        has_any(body, ['span_id', 'context']) as is_span
    from records
),
traces as (
    select
        file,
        line,
        ord,
        body,
        case when not is_span then coalesce(whole -> 'info', whole -> 'trace_info', whole) end as info,
        coalesce(whole -> 'data', whole -> 'trace_data') as data,
        case
            when is_span then [body]
            else json_extract(coalesce(
                json_list_leaf(whole -> '$.data.spans'), json_list_leaf(whole -> '$.trace_data.spans'),
                json_list_leaf(parsed_text(body -> 'spans'))
            ), '$[*]')
        end as spans,
        json_extract(coalesce(
            json_list_leaf(whole -> '$.info.assessments'), json_list_leaf(whole -> '$.trace_info.assessments'),
            json_list_leaf(parsed_text(body -> 'assessments'))
        ), '$[*]') as assessments
    from wholes
),
described as (
    select
        *,
        coalesce(info ->> 'trace_id', info ->> 'request_id') as trace_name,
        coalesce(info -> 'state', info -> 'status') as state,
        mlflow_words(coalesce(info -> 'trace_metadata', info -> 'request_metadata')) as metadata,
        mlflow_words(info -> 'tags') as tags,
        coalesce(said(info -> 'request_time'), said(info -> 'timestamp_ms')) as asked_at,
        coalesce(
            said(info -> 'execution_duration_ms'), said(info -> 'execution_time_ms'), said(info -> 'execution_duration')
        ) as took,
        -- the full text where the trace has it, else what its summary was cut to
        coalesce(
            said(body -> 'request'), said(data -> 'request'), said(info -> 'request_preview'),
            mlflow_words(coalesce(info -> 'trace_metadata', info -> 'request_metadata')) -> '$."mlflow.traceInputs"'
        ) as request,
        coalesce(
            said(body -> 'response'), said(data -> 'response'), said(info -> 'response_preview'),
            mlflow_words(coalesce(info -> 'trace_metadata', info -> 'request_metadata')) -> '$."mlflow.traceOutputs"'
        ) as response,
        -- what a trace adds up says something new only where no span says it
        len(list_filter(spans, lambda s: contains(s::varchar, 'mlflow.chat.tokenUsage'))) > 0 as usage_told,
        len(list_filter(spans, lambda s: contains(s::varchar, 'mlflow.llm.cost'))) > 0 as cost_told
    from traces
),
parts as (
    select
        *,
        unnest(case when len(spans) > 0 then spans else [null] end) as listed,
        generate_subscripts(case when len(spans) > 0 then spans else [null] end, 1) as nth
    from described
),
named as (
    select
        * exclude (body, listed),
        listed is null as is_trace,
        coalesce(parsed_text(listed), body) as body,
        from_json(parsed_text(listed), '{
            "trace_id": "varchar", "span_id": "varchar", "parent_span_id": "varchar", "parent_id": "varchar",
            "context": {"trace_id": "varchar", "span_id": "varchar"}, "name": "json", "attributes": "json",
            "start_time_unix_nano": "json", "end_time_unix_nano": "json", "start_time": "json", "end_time": "json",
            "start_time_ns": "json", "end_time_ns": "json", "status": "json", "status_code": "varchar",
            "status_message": "varchar", "otel_trace_id": "json", "events": "json"}') as s
    from parts
),
decoded as (
    select
        *,
        hex_id(otlp_id(coalesce(s.context.span_id, s.span_id))) as span_id,
        hex_id(otlp_id(coalesce(s.parent_span_id, s.parent_id))) as parent_id,
        mlflow_decoded(parsed_text(s.attributes)) as a
    from named
),
judged as (
    select
        *,
        is_trace or parent_id is null as is_root,
        upper(json_string(a -> '$."mlflow.spanType"')) as span_type,
        said(a -> '$."mlflow.spanInputs"') as asked,
        said(a -> '$."mlflow.spanOutputs"') as answered,
        list_filter(assessments, lambda x: coalesce(x ->> 'valid', 'true') <> 'false' and (
            hex_id(x ->> 'span_id') = span_id or ((is_trace or parent_id is null) and hex_id(x ->> 'span_id') is null)
        )) as own_assessments,
        coalesce(
            a -> '$."mlflow.chat.tokenUsage"',
            case when (is_trace or parent_id is null) and not coalesce(usage_told, false) then
                parsed_text(metadata -> '$."mlflow.trace.tokenUsage"')
            end
        ) as usage,
        coalesce(
            a -> '$."mlflow.llm.cost"',
            case when (is_trace or parent_id is null) and not coalesce(cost_told, false) then
                parsed_text(metadata -> '$."mlflow.trace.cost"')
            end
        ) as cost,
        coalesce(
            parsed_text(a -> '$."mlflow.linkedPrompts"'), parsed_text(tags -> '$."mlflow.linkedPrompts"')
        ) -> '$[0].version' as prompt_version,
        regexp_replace(coalesce(s.status ->> 'code', json_string(s.status), s.status_code), '^STATUS_CODE_', '') as code
    from decoded
),
counted as (
    select
        *,
        -- the parts of a prompt lie beside `input_tokens` where the total is the sum of all of them
        json_count(usage -> 'total_tokens') > json_count(usage -> 'input_tokens') + json_count(usage -> 'output_tokens') as beside,
        coalesce(json_count(usage -> 'cache_read_input_tokens'), 0)
        + coalesce(json_count(usage -> 'cache_creation_input_tokens'), 0) as cached,
        span_type in ('LLM', 'CHAT_MODEL', 'EMBEDDING') as is_call,
        case when span_type in ('LLM', 'CHAT_MODEL', 'EMBEDDING') then as_completion(json_object_leaf(answered)) end as given
    from judged
),
calls as (
    -- what a library was called with and what it gave back stand there as they are, whoever's interface it was
    select
        *,
        request_of(case when is_call then json_object_leaf(asked) end) as q,
        response_of(given) as r,
        json_object_leaf(parsed_text(a -> 'invocation_params')) as parameters
    from counted
),
answers as (
    select
        *,
        message_of(response_message(r)) as g,
        usage_of(coalesce(json_object_leaf(r.usage), json_object_leaf(r.llm_output.token_usage))) as u
    from calls
),
metered as (
    select
        *,
        usage_prompt(u) as u_prompt,
        usage_read(u) as u_read,
        usage_write(u) as u_write,
        request_words(q) as words_asked,
        case when is_call then response_words(given, r, g) end as words_answered
    from answers
)
select
    file,
    line,
    ord * 1000000 + nth as ord,
    body,
    to_json(coalesce(hex_id(otlp_id(coalesce(s.context.trace_id, s.trace_id))), trace_name)) as trace_id,
    to_json(coalesce(span_id, case when is_trace then trace_name end)) as id,
    to_json(parent_id) as parent_id,
    coalesce(s."name", case when is_trace then tags -> '$."mlflow.traceName"' end) as name,
    case
        when is_trace then asked_at
        else coalesce(s.start_time_unix_nano, s.start_time, s.start_time_ns)
    end as start,
    case
        when is_trace then to_json(end_after(json_moment(asked_at), mlflow_milliseconds(took))::varchar || 'Z')
        else coalesce(s.end_time_unix_nano, s.end_time, s.end_time_ns)
    end as "end",
    -- a trace that failed, of a root that says nothing, failed in its root
    case
        when is_root and coalesce(code, 'UNSET') = 'UNSET' and json_string(state) = 'ERROR' then 'ERROR'
        when is_root and json_string(state) = 'IN_PROGRESS' and coalesce(s.end_time_unix_nano, s.end_time, s.end_time_ns) is null
            then 'RUNNING'
        else code
    end as status_code,
    coalesce(s.status ->> 'message', s.status ->> 'description', s.status_message) as status_message,
    null as span_role,
    false as folded,
    null::varchar as refused,
    json_merge_patch(
        json_merge_patch(
            coalesce(case when is_root then mlflow_tags(tags, false) end, '{}'),
            coalesce(json_rest(a, '{
                "mlflow.spanInputs": null, "mlflow.spanOutputs": null, "mlflow.spanType": null, "mlflow.chat.tokenUsage": null,
                "mlflow.llm.cost": null, "mlflow.llm.model": null, "mlflow.llm.provider": null, "mlflow.traceRequestId": null,
                "mlflow.linkedPrompts": null}'), '{}')
        ),
        json_merge_patch('{}', json_object(
            'openinference.span.kind', case span_type when 'CHAT_MODEL' then 'LLM' when 'UNKNOWN' then null else
                case when span_type in ('LLM', 'RETRIEVER', 'EMBEDDING', 'TOOL', 'GUARDRAIL') then span_type else 'CHAIN' end
            end,
            'mlflow.spanType', span_type,
            'input.value', coalesce(words_asked, asked, case when is_root then mlflow_value(nullif(request, '""')) end),
            'output.value', coalesce(
                to_json(words_answered), answered, case when is_root then mlflow_value(nullif(response, '""')) end
            ),
            'llm.model_name', a -> '$."mlflow.llm.model"',
            'gen_ai.request.model', coalesce(
                a -> '$."gen_ai.request.model"', mlflow_text(coalesce(q.model, parameters -> 'model', parameters -> 'model_name'))
            ),
            'gen_ai.response.model', coalesce(
                a -> '$."gen_ai.response.model"',
                mlflow_text(coalesce(r.model, r.llm_output.model_name, g.response_metadata.model_name, g.response_metadata.model))
            ),
            'gen_ai.provider.name', coalesce(a -> '$."gen_ai.provider.name"', a -> '$."mlflow.llm.provider"'),
            'gen_ai.usage.input_tokens', coalesce(
                a -> '$."gen_ai.usage.input_tokens"',
                case
                    when beside then to_json(json_count(usage -> 'input_tokens') + cached)
                    when usage is not null then usage -> 'input_tokens'
                    else usage_in(u, u_prompt, u_read, u_write)
                end
            ),
            'gen_ai.usage.output_tokens', coalesce(
                a -> '$."gen_ai.usage.output_tokens"', usage -> 'output_tokens', usage_out(u)
            ),
            'gen_ai.usage.cache_read.input_tokens', coalesce(
                a -> '$."gen_ai.usage.cache_read.input_tokens"', usage -> 'cache_read_input_tokens', u_read
            ),
            'gen_ai.usage.cache_creation.input_tokens', coalesce(
                a -> '$."gen_ai.usage.cache_creation.input_tokens"', usage -> 'cache_creation_input_tokens', u_write
            ),
            'gen_ai.usage.reasoning.output_tokens', coalesce(
                a -> '$."gen_ai.usage.reasoning.output_tokens"', usage_reasoning(u)
            ),
            'llm.cost.total', coalesce(a -> '$."llm.cost.total"', cost -> 'total_cost'),
            'llm.finish_reason', coalesce(
                a -> '$."llm.finish_reason"', response_finish(r, g), case when is_call then mlflow_finish(answered) end
            ),
            'llm.invocation_parameters', coalesce(
                a -> '$."llm.invocation_parameters"', case when is_call then mlflow_parameters(coalesce(parameters, asked)) end
            ),
            'gen_ai.retrieval.documents', coalesce(
                a -> '$."gen_ai.retrieval.documents"',
                case when span_type = 'RETRIEVER' then mlflow_documents(json_list_leaf(answered)) end
            ),
            'session.id', mlflow_word(coalesce(a -> '$."session.id"', metadata -> '$."mlflow.trace.session"')),
            'user.id', mlflow_word(coalesce(a -> '$."user.id"', metadata -> '$."mlflow.trace.user"')),
            'prompt_version', mlflow_word(coalesce(a -> '$.prompt_version', prompt_version)),
            'app_version', coalesce(
                a -> '$.app_version', metadata -> '$."mlflow.modelId"', metadata -> '$."mlflow.source.git.commit"'
            )
        ))
    ) as attrs,
    list_transform(
        json_extract(parsed_text(s.events), '$[*]'),
        lambda e: {'name': e ->> 'name', 'at': coalesce(e -> 'time_unix_nano', e -> 'timestamp'), 'attrs': e -> 'attributes'}
    ) as events,
    to_json(nullif(list_transform(
        list_filter(own_assessments, lambda x: (x ->> 'expectation') is null), lambda x: mlflow_score(x)
    ), [])) as scores,
    json_merge_patch('{}', json_object(
        'otel_trace_id', s.otel_trace_id,
        'trace', case when is_root then json_merge_patch('{}', json_object(
            'id', trace_name, 'client_request_id', info -> 'client_request_id', 'experiment', coalesce(
                info -> '$.trace_location.mlflow_experiment.experiment_id', info -> 'experiment_id'
            ),
            'state', state, 'metadata', metadata, 'tags', nullif(mlflow_tags(tags, true), '{}')
        )) end,
        -- what is left of both besides what was said
        'request', case when words_asked is not null then nullif(record_rest(asked, '{
            "messages": null, "input": null, "prompt": null, "contents": null, "system": null, "systemInstruction": null,
            "model": null}'), '{}') end,
        'response', case when is_call then nullif(response_rest(given, r), '{}') end,
        'expectations', to_json(nullif(list_filter(own_assessments, lambda x: (x ->> 'expectation') is not null), []))
    )) as extra
from metered
