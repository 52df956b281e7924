/*
title: Langfuse
summary: observations of a single-trace download, of the UI export (JSON lines, JSON, CSV) and of blob storage; traces and scores are folded into them
docs: https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status attempt fallback provider
  model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s cache_ttl_s retrieval_hits
  retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version app_version index_version arm scores attributes
holds: observations
apart: true
detect: >
  has_any(body, ['parentObservationId', 'parent_observation_id'])
  or (has_all(body, ['trace', 'observations']) and json_type(body, '$.observations') = 'ARRAY')
  or (has_all(body, ['bookmarked', 'public', 'timestamp']))
  or has_all(body, ['countTraces', 'sessionDuration'])
  or (has_any(body, ['dataType', 'data_type']) and has_any(body, ['traceId', 'trace_id']) and has_all(body, ['value', 'name']))
*/
with
parts as (
    -- A download holds the trace and its observations (twice in older ones: the list beside the trace is the full one), the
    -- API's trace holds them inside.
    select
        file,
        line,
        coalesce(body -> 'trace', record_rest(body, '{"observations": null}')) as trace,
        unnest(json_extract(body, '$.observations[*]')) as body,
        ord * 1000000 + generate_subscripts(json_extract(body, '$.observations[*]'), 1) as ord
    from records
    where holds_observations(body)
    union all by name
    select
        file,
        line,
        null::json as trace,
        body,
        ord * 1000000 as ord
    from records
    where not holds_observations(body)
),
named as (
    select
        *,
        from_json(body, '{
            "id": "json", "traceId": "json", "trace_id": "json", "parentObservationId": "json",
            "parent_observation_id": "json", "type": "varchar", "name": "json", "startTime": "json", "start_time": "json",
            "endTime": "json", "end_time": "json", "timestamp": "json", "level": "varchar", "statusMessage": "json",
            "status_message": "json", "model": "json", "providedModelName": "json", "provided_model_name": "json",
            "modelParameters": "json", "model_parameters": "json", "input": "json", "output": "json", "metadata": "json",
            "usageDetails": "json", "usage_details": "json", "usage": "json", "inputUsage": "json", "outputUsage": "json",
            "totalCost": "json", "total_cost": "json", "calculatedTotalCost": "json", "costDetails": "json",
            "cost_details": "json", "promptVersion": "json", "prompt_version": "json", "userId": "json", "user_id": "json",
            "sessionId": "json", "session_id": "json", "release": "json", "version": "json", "latencyMs": "json",
            "value": "json", "stringValue": "varchar", "string_value": "varchar", "comment": "varchar",
            "source": "varchar", "observationId": "json", "observation_id": "json", "scores": "json", "toolCalls": "json",
            "tool_calls": "json"}') as s
    from parts
),
parsed as (
    select
        *,
        -- a score says what it judges, a trace what its root is: both belong to an observation
        coalesce(s.startTime, s.start_time) is null as folded,
        (s.value is not null or has_any(body, ['dataType', 'data_type']))
        and coalesce(s.startTime, s.start_time) is null as is_score,
        parsed_text(coalesce(nullif(s.usageDetails, '{}'), nullif(s.usage_details, '{}'), s.usage)) as usage,
        parsed_text(coalesce(s.costDetails, s.cost_details)) as costs,
        parsed_text(coalesce(s.modelParameters, s.model_parameters)) as parameters,
        has_all(body, ['countTraces', 'sessionDuration']) as is_session,
        parsed_text(s.metadata) -> 'attributes' as a,
        -- what an observation does not say of itself its trace may say
        metadata_of(json_object_leaf(parsed_text(s.metadata))) as m,
        metadata_of(json_object_leaf(parsed_text(trace -> 'metadata'))) as t,
        parsed_text(s.output) as answered,
        json_text(nullif(coalesce(s.statusMessage, s.status_message), '""')) as failure,
        nullif(coalesce(s.parentObservationId, s.parent_observation_id), '""') as parent_id,
        nullif(coalesce(s.observationId, s.observation_id), '""') as judged_id,
        nullif(coalesce(s.sessionId, s.session_id, trace -> 'sessionId'), '""') as session
    from named
),
placed as (
    select
        *,
        coalesce(
            nullif(coalesce(s.traceId, s.trace_id), '""'), case when not folded then trace -> 'id' when not is_score then s.id end
        ) as whose,
        is_score and session is not null and whose is null as of_session
    from parsed
),
counted as (
    select
        *,
        attribute_kind(
            a ->> '$."openinference.span.kind"', a ->> '$."gen_ai.operation.name"', a ->> '$."ai.operationId"',
            a ->> '$."traceloop.span.kind"', null
        ) as told,
        bucket_sum(usage, ['input', 'cache', 'prompt']) as input_buckets,
        bucket_sum(usage, ['output', 'reasoning', 'completion']) as output_buckets,
        case when s.type = 'RETRIEVER' or (a ->> '$."openinference.span.kind"') = 'RETRIEVER' then
            coalesce(json_list_leaf(answered), json_list_leaf(answered -> 'documents'))
        end as listed,
        bucket_of(usage, ['input', 'input_tokens', 'prompt_tokens', 'promptTokens']) as input_part,
        bucket_of(usage, ['output', 'output_tokens', 'completion_tokens', 'completionTokens']) as output_part,
        bucket_of(usage, ['total', 'total_tokens', 'totalTokens']) as total,
        bucket_of(usage, [
            'input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens', 'prompt_details.cache_read', 'input_cached'
        ]) as read_part,
        coalesce(
            nullif(bucket_of(usage, ['input_cache_creation', 'cache_creation_input_tokens', 'prompt_details.cache_write']), 0),
            -- told apart by how long it is kept, LangChain's plain count is 0
            bucket_sum(usage, ['input_cache_creation', 'input_ephemeral_']),
            bucket_of(usage, ['cache_creation_input_tokens', 'prompt_details.cache_write'])
        ) as write_part,
        list_filter(json_extract(trace, '$.scores[*]'), lambda x: coalesce(x -> 'observationId', 'null') = s.id) as own_scores,
        list_filter(
            json_extract(trace, '$.scores[*]'), lambda x: parent_id is null and coalesce(x -> 'observationId', 'null') = 'null'
        ) as root_scores
    from placed
),
summed as (
    select
        *,
        coalesce(input_buckets, 0) + coalesce(output_buckets, 0) > 0 as metered,
        loose_number(coalesce(s.totalCost, s.total_cost, s.calculatedTotalCost, costs -> 'total')) as cost,
        -- the parts lie beside `input` and `output` when the total is the sum of all, else inside them
        total is not null and total = input_buckets + output_buckets
        and total > coalesce(input_part, 0) + coalesce(output_part, 0) as beside
    from counted
)
select
    file,
    line,
    ord,
    body,
    folded,
    case when of_session then '"@session"'::json else whose end as trace_id,
    case when folded then coalesce(judged_id, '"@root"'::json) else s.id end as id,
    parent_id,
    case
        when is_session then 'a sum over a session, no observation'
        when is_score and whose is null and not of_session then 'a score of neither a trace nor a session'
    end as refused,
    coalesce(m.route, t.route) as route,
    coalesce(m.feature, t.feature) as feature,
    m.attempt as attempt,
    m.fallback as fallback,
    case when not folded then to_json(case
        when s.type = 'GENERATION' and coalesce(told, 'llm') <> 'other' then 'llm'
        when s.type = 'EMBEDDING' then 'embedding'
        when s.type = 'TOOL' then 'tool'
        when s.type = 'RETRIEVER' then 'retrieval'
        when s.type = 'GUARDRAIL' then 'guardrail'
        when coalesce(told, 'other') <> 'other' then told
        when parent_id is null then 'request'
        when s.type = 'GENERATION' then 'llm'
        else 'other'
    end) end as kind,
    case when not is_score then s."name" end as name,
    utc_leaf(coalesce(s.startTime, s.start_time, s."timestamp")) as start,
    utc_leaf(coalesce(s.endTime, s.end_time)) as "end",
    loose_number(s.latencyMs) as duration_ms,
    case when not folded then
        to_json(case when s.level = 'ERROR' then outcome_of_failure(error_class(failure), error_code(failure)) else 'ok' end)
    end as status,
    to_json(case when s.level = 'ERROR' then error_class(failure) end) as error_type,
    to_json(failure) as error_message,
    to_json(case when s.level = 'ERROR' then error_code(failure) end) as http_status,
    coalesce(a -> '$."gen_ai.provider.name"', a -> '$."gen_ai.system"', a -> '$."llm.provider"', a -> '$."llm.system"') as provider,
    coalesce(a -> '$."gen_ai.request.model"', a -> '$."llm.request.model_name"') as model_requested,
    nullif(coalesce(a -> '$."gen_ai.response.model"', s.model, s.providedModelName, s.provided_model_name), '""') as model,
    nullif(json_text(parsed_text(s.input)), '') as input,
    coalesce(
        nullif(json_text(answered), ''), langfuse_calls(parsed_text(coalesce(s.toolCalls, s.tool_calls)))::varchar
    ) as output,
    case when starts_with(parameters ->> '$.response_format.type', 'json') then '"json"'::json end as output_format,
    coalesce(
        parsed_text(a -> '$."gen_ai.response.finish_reasons"') -> 0, a -> '$."ai.response.finishReason"',
        answered -> '$.choices[0].finish_reason', answered -> '$.finish_reason', answered -> '$[0].finish_reason',
        answered -> '$.stop_reason', m.finish_reason
    ) as finish_reason,
    -- three zeros are how the API says that nobody counted
    case
        when beside then to_json(input_buckets)
        when metered then whole_input(to_json(coalesce(input_part, input_buckets)), to_json(read_part), to_json(write_part))
        else nullif(loose_number(s.inputUsage), '0')
    end as input_tokens,
    case
        when beside then to_json(output_buckets)
        when metered then to_json(coalesce(output_part, output_buckets))
        else nullif(loose_number(s.outputUsage), '0')
    end as output_tokens,
    to_json(read_part) as cache_read_tokens,
    to_json(write_part) as cache_write_tokens,
    loose_number(coalesce(
        usage -> 'output_reasoning', usage -> 'reasoning_tokens', usage -> 'output_reasoning_tokens',
        usage -> '$."completion_details.reasoning"'
    )) as reasoning_tokens,
    -- 0 is no price where nobody measured: an observation that made no call, a model whose price is not known
    case
        when (s.type in ('GENERATION', 'EMBEDDING') and costs::varchar is distinct from '{}') or json_number(cost) > 0 then cost
    end as cost_usd,
    loose_number(parameters -> 'temperature') as temperature,
    loose_number(nullif(parameters -> 'seed', '""')) as seed,
    metadata_cache(m) as cache_status,
    m.cache_key as cache_key,
    loose_number(m.cache_age_s) as cache_age_s,
    loose_number(m.cache_ttl_s) as cache_ttl_s,
    coalesce(m.guardrail_category, case when s.type = 'GUARDRAIL' then m.category end) as guardrail_category,
    coalesce(m.guardrail_action, case when s.type = 'GUARDRAIL' then m.action end) as guardrail_action,
    loose_number(m.guardrail_score) as guardrail_score,
    to_json(json_array_length(listed)) as retrieval_hits,
    to_json(list_transform(json_extract(listed, '$[*]'), lambda d: document_of(d))) as retrieval_documents,
    m.idempotency_key as idempotency_key,
    coalesce(metadata_tenant(m), metadata_tenant(t)) as tenant,
    coalesce(m.region, t.region) as region,
    coalesce(m.locale, m.language, t.locale, t.language) as locale,
    coalesce(m.client, t.client) as client,
    coalesce(m.index_version, t.index_version) as index_version,
    coalesce(m.arm, t.arm) as arm,
    nullif(coalesce(s.userId, s.user_id, trace -> 'userId', m.user_id), '""') as "user",
    session,
    to_json(json_text(nullif(coalesce(s.promptVersion, s.prompt_version, m.prompt_version), '""'))) as prompt_version,
    nullif(coalesce(s.release, trace -> 'release', s.version, trace -> 'version', m.app_version), '""') as app_version,
    case
        when is_score then
            to_json([langfuse_score(body)])
        when len(own_scores) + len(root_scores) > 0 then
            to_json(list_transform(own_scores || root_scores, lambda x: langfuse_score(x)))
        else coalesce(
            list_first(list_filter([parsed_text(s.scores)], lambda x: json_type(x, '$[0].name') = 'VARCHAR')),
            to_json(nullif(langfuse_score_columns(body), []))
        )
    end as scores,
    case
        -- the request that it is found at is not all that it judges
        when of_session then json_object('session_scores', json_object(
            coalesce(json_string(s."name"), ''), coalesce(to_json(langfuse_words(body)), s.value)
        ))
        when not is_score then json_rest(body, '{
            "id": null, "traceId": null, "trace_id": null, "parentObservationId": null, "parent_observation_id": null,
            "name": null, "startTime": null, "start_time": null, "endTime": null, "end_time": null, "statusMessage": null,
            "status_message": null, "model": null, "providedModelName": null, "provided_model_name": null, "input": null,
            "output": null, "totalCost": null, "total_cost": null, "userId": null, "user_id": null, "sessionId": null,
            "session_id": null, "promptVersion": null, "prompt_version": null, "observations": null}')
    end as attributes
from summed
