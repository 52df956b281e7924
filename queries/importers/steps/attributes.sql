/*
title: attributes of OpenTelemetry spans
summary: >
  What span attributes mean, whoever wrote them: OpenTelemetry's GenAI names (new and old), OpenInference, OpenLLMetry
  (Traceloop) and the Vercel AI SDK. `flat` is what an importer of spans gives: ids, times and status as leaves,
  `attrs` as one object with dotted keys, `events`, `scores`, and `extra` for what else the span holds.
*/
with
detailed as (
    -- what was said may stand in an event of the span, with the attributes that a span would have
    select * replace (case
        when len(list_filter(events, lambda e: e.name = 'gen_ai.client.inference.operation.details')) > 0 then json_merge_patch(
            list_first(list_filter(events, lambda e: e.name = 'gen_ai.client.inference.operation.details')).attrs, attrs
        )
        else attrs
    end as attrs)
    from flat
),
known as (
    select
        * exclude (attrs),
        attrs,
        json_keys(attrs) as keys,
        from_json(attrs, '{
            "openinference.span.kind": "json", "traceloop.span.kind": "json", "traceloop.entity.name": "json",
            "traceloop.entity.input": "json", "traceloop.entity.output": "json", "traceloop.workflow.name": "json",
            "gen_ai.operation.name": "json", "llm.request.type": "json", "ai.operationId": "json",
            "ai.model.id": "json", "ai.model.provider": "json", "ai.telemetry.functionId": "json",
            "ai.prompt": "json", "ai.prompt.messages": "json", "ai.response.text": "json",
            "ai.response.object": "json", "ai.response.toolCalls": "json", "ai.response.finishReason": "json",
            "ai.response.model": "json", "ai.toolCall.args": "json", "ai.toolCall.result": "json",
            "ai.value": "json", "ai.embedding": "json", "ai.settings.temperature": "json",
            "ai.usage.promptTokens": "json", "ai.usage.completionTokens": "json", "ai.usage.inputTokens": "json",
            "ai.usage.outputTokens": "json", "ai.usage.reasoningTokens": "json", "ai.usage.cachedInputTokens": "json",
            "ai.usage.tokens": "json", "db.system": "json", "http.method": "json",
            "http.request.method": "json", "http.route": "json", "http.status_code": "json",
            "http.response.status_code": "json", "error.type": "json", "gen_ai.workflow.name": "json",
            "gen_ai.provider.name": "json", "gen_ai.system": "json", "gen_ai.request.model": "json",
            "gen_ai.response.model": "json", "gen_ai.request.temperature": "json", "gen_ai.request.seed": "json",
            "gen_ai.openai.request.seed": "json", "gen_ai.response.finish_reasons": "json", "gen_ai.output.type": "json",
            "gen_ai.input.messages": "json", "gen_ai.output.messages": "json", "gen_ai.prompt": "json",
            "gen_ai.completion": "json", "gen_ai.tool.call.arguments": "json", "gen_ai.tool.call.result": "json",
            "gen_ai.retrieval.query.text": "json", "gen_ai.retrieval.documents": "json", "gen_ai.usage.input_tokens": "json",
            "gen_ai.usage.prompt_tokens": "json", "gen_ai.usage.output_tokens": "json", "gen_ai.usage.completion_tokens": "json",
            "gen_ai.usage.cache_read.input_tokens": "json", "gen_ai.usage.cache_read_input_tokens": "json", "gen_ai.usage.cached_input_tokens": "json",
            "gen_ai.usage.cache_creation.input_tokens": "json", "gen_ai.usage.cache_creation_input_tokens": "json", "gen_ai.usage.reasoning.output_tokens": "json",
            "gen_ai.usage.reasoning_tokens": "json", "gen_ai.usage.cost": "json", "gen_ai.usage.total_cost": "json",
            "gen_ai.conversation.id": "json", "session.id": "json", "langfuse.session.id": "json",
            "user.id": "json", "enduser.id": "json",
            "langfuse.user.id": "json", "tenant.id": "json",
            "tenant": "json", "llm.provider": "json", "llm.system": "json",
            "llm.model_name": "json", "llm.request.model_name": "json", "llm.response.model_name": "json",
            "llm.finish_reason": "json", "llm.response.finish_reason": "json", "llm.response.stop_reason": "json",
            "llm.invocation_parameters": "json", "llm.prompt_template.version": "json", "gen_ai.prompt.version": "json",
            "traceloop.prompt.version": "json", "prompt_version": "json", "llm.token_count.prompt": "json",
            "llm.token_count.completion": "json", "llm.token_count.prompt_details.cache_read": "json", "llm.token_count.prompt_details.cache_write": "json",
            "llm.token_count.completion_details.reasoning": "json", "llm.cost.total": "json", "llm.usage.prompt_tokens": "json",
            "llm.usage.completion_tokens": "json", "input.value": "json", "output.value": "json",
            "reranker.query": "json", "tool.parameters": "json", "service.version": "json",
            "app_version": "json", "cloud.region": "json", "region": "json",
            "locale": "json", "feature": "json", "client": "json",
            "index_version": "json", "arm": "json", "idempotency_key": "json",
            "cache.status": "json", "cache.key": "json", "cache.hit": "json", "cache.age_s": "json", "cache.ttl_s": "json",
            "cache_status": "json", "cache_key": "json", "cache_hit": "json", "cache_age_s": "json", "cache_ttl_s": "json",
            "guardrail.category": "json", "guardrail.action": "json", "guardrail.score": "json", "category": "json", "action": "json",
            "attempt": "json", "fallback": "json",
            "ai.usage.inputTokenDetails.cacheReadTokens": "json", "ai.usage.inputTokenDetails.cacheWriteTokens": "json",
            "ai.usage.outputTokenDetails.reasoningTokens": "json", "gen_ai.usage.details.cache_read_tokens": "json",
            "gen_ai.usage.details.cache_write_tokens": "json", "gen_ai.usage.details.reasoning_tokens": "json",
            "operation.cost": "json", "cost_usd": "json", "gen_ai.system_instructions": "json",
            "tool_arguments": "json", "tool_response": "json",
            "ai.response.providerMetadata": "json", "metadata": "json", "ai.values": "json",
            "db.vector.query.top_k": "json", "embedding.model_name": "json", "reranker.model_name": "json",
            "llm.cost.prompt": "json", "llm.cost.completion": "json"}') as a,
        metadata_of(told_metadata(attrs, json_keys(attrs))) as m
    from detailed
),
worded as (
    select
        *,
        attribute_kind(
            json_string(a."openinference.span.kind"), json_string(a."gen_ai.operation.name"),
            json_string(a."ai.operationId"), json_string(a."traceloop.span.kind"), json_string(a."llm.request.type")
        ) as told,
        list_filter(events, lambda e: e.name = 'exception') as exceptions,
        json_string(coalesce(
            a."error.type", list_first(list_filter(events, lambda e: e.name = 'exception')).attrs -> '$."exception.type"',
            -- where no event tells it, the message begins with it
            case when status_code in ('2', 'ERROR') then to_json(nullif(regexp_extract(error_class(status_message), '.*[A-Z].*'), '')) end
        )) as error_word,
        loose_integer(coalesce(a."http.response.status_code", a."http.status_code", to_json(case
            when status_code in ('2', 'ERROR') then coalesce(
                -- the convention lets a failed call name its code so
                nullif(regexp_extract(json_string(a."error.type"), '^[1-5]\d\d$'), '')::integer, error_code(status_message)
            )
        end))) as code,
        list_filter(events, lambda e: e.name = 'gen_ai.evaluation.result') as evaluations,
        list_filter(events, lambda e: e.name = 'db.query.result') as found,
        flat_documents(attrs, keys) as documents,
        flat_messages(attrs, keys, 'llm.input_messages', 'message.') as asked,
        flat_messages(attrs, keys, 'llm.output_messages', 'message.') as answered,
        flat_messages(attrs, keys, 'gen_ai.prompt', '') as prompted,
        flat_messages(attrs, keys, 'gen_ai.completion', '') as completed,
        nullif(json_list_of(list_transform(
            list_filter(events, lambda e: is_genai_message(e.name)),
            lambda e: genai_message(e.name, e.attrs -> '$."event.body"', e.attrs)
        )), '[]') as told_questions,
        nullif(json_list_of(list_transform(
            list_filter(events, lambda e: e.name = 'gen_ai.choice'),
            lambda e: genai_choice(e.attrs -> '$."event.body"', e.attrs)
        )), '[]') as told_answers,
        list_first(list_filter(events, lambda e: e.name = 'gen_ai.content.prompt')).attrs -> '$."gen_ai.prompt"' as told_prompt,
        list_first(list_filter(events, lambda e: e.name = 'gen_ai.content.completion')).attrs -> '$."gen_ai.completion"' as told_completion,
        parsed_text(a."llm.invocation_parameters") as parameters,
        coalesce(a."gen_ai.response.model", a."llm.response.model_name", a."ai.response.model") as answering,
        coalesce(a."gen_ai.request.model", a."llm.request.model_name", a."ai.model.id") as requested,
        loose_number(coalesce(
        a."gen_ai.usage.input_tokens", a."gen_ai.usage.prompt_tokens", a."llm.token_count.prompt",
        a."ai.usage.inputTokens", a."ai.usage.promptTokens", a."llm.usage.prompt_tokens", a."ai.usage.tokens"
    )) as prompt_tokens,
        loose_number(coalesce(
        a."gen_ai.usage.cache_read.input_tokens", a."gen_ai.usage.cache_read_input_tokens", a."gen_ai.usage.cached_input_tokens",
        a."llm.token_count.prompt_details.cache_read", a."ai.usage.inputTokenDetails.cacheReadTokens",
        a."ai.usage.cachedInputTokens", a."gen_ai.usage.details.cache_read_tokens"
    )) as read_tokens,
        loose_number(coalesce(
        a."gen_ai.usage.cache_creation.input_tokens", a."gen_ai.usage.cache_creation_input_tokens",
        a."llm.token_count.prompt_details.cache_write", a."ai.usage.inputTokenDetails.cacheWriteTokens",
        a."gen_ai.usage.details.cache_write_tokens",
        -- older SDKs of Vercel's leave what Anthropic's cache wrote to its own account
        parsed_text(a."ai.response.providerMetadata") -> '$.anthropic.cacheCreationInputTokens'
    )) as write_tokens
    from known
)
select
    file,
    line,
    ord,
    body,
    folded,
    refused,
    id,
    trace_id,
    parent_id,
    name,
    start,
    "end",
    to_json(case
        when coalesce(told, 'other') <> 'other' then told
        when told is null and (len(found) > 0 or (a."db.vector.query.top_k") is not null) then 'retrieval'
        when told is null and coalesce(answering, requested, a."llm.model_name") is not null then 'llm'
        when told is null and coalesce(a."guardrail.action", m.guardrail_action) is not null then 'guardrail'
        when parent_word(json_string(parent_id)) is null then 'request'
        when coalesce(a."http.request.method", a."http.method") is not null then 'http'
        else 'other'
    end) as kind,
    to_json(case
        when status_code = 'RUNNING' or (folded and told is null) then null
        -- a log record has no status of its own
        when
            status_code in ('2', 'ERROR')
            -- by the convention it stands on what failed alone; an instrumentation may have left the status unset
            or (a."error.type" is not null and (folded or coalesce(status_code, '0') not in ('1', 'OK'))) then
            outcome_of_failure(error_word, code)
        else 'ok'
    end) as status,
    coalesce(a."error.type", exceptions[1].attrs -> '$."exception.type"', to_json(error_word)) as error_type,
    coalesce(to_json(nullif(status_message, '')), exceptions[1].attrs -> '$."exception.message"') as error_message,
    coalesce(to_json(code), a."http.response.status_code", a."http.status_code") as http_status,
    coalesce(a."http.route", m.route) as route,
    coalesce(
        a."feature", m.feature, a."ai.telemetry.functionId", a."traceloop.workflow.name", a."gen_ai.workflow.name"
    ) as feature,
    coalesce(
        -- Vercel's names say the interface too: anthropic.messages
        a."gen_ai.provider.name", to_json(split_part(json_string(a."ai.model.provider"), '.', 1)),
        a."gen_ai.system", a."llm.provider", a."llm.system"
    ) as provider,
    requested as model_requested,
    coalesce(
        answering, a."llm.model_name", requested, a."embedding.model_name", a."reranker.model_name"
    ) as model,
    json_text(coalesce(
        genai_asked(a."gen_ai.system_instructions", a."gen_ai.input.messages"), asked, prompted, told_questions, told_prompt,
        a."input.value", a."gen_ai.prompt",
        a."ai.prompt.messages", a."ai.prompt",
        a."traceloop.entity.input", a."gen_ai.tool.call.arguments", a."ai.toolCall.args", a."gen_ai.retrieval.query.text",
        a."reranker.query", a."ai.value", a."ai.values", a."tool.parameters", a."tool_arguments",
        flat_texts(attrs, keys, 'llm.prompts', 'prompt.text'),
        flat_texts(attrs, keys, 'embedding.embeddings', 'embedding.text')
    )) as input,
    json_text(coalesce(
        a."gen_ai.output.messages", answered, completed, told_answers, told_completion, a."output.value",
        a."gen_ai.completion", nullif(a."ai.response.text", '""'),
        a."ai.response.object", a."ai.response.toolCalls", a."traceloop.entity.output", a."gen_ai.tool.call.result",
        a."ai.toolCall.result", a."tool_response", a."ai.response.text",
        flat_texts(attrs, keys, 'llm.choices', 'completion.text')
    )) as output,
    to_json(case
        when json_string(a."gen_ai.output.type") = 'json' then 'json'
        when starts_with(parameters ->> '$.response_format.type', 'json') then 'json'
        when starts_with(json_string(a."ai.operationId"), 'ai.generateObject') then 'json'
        when starts_with(json_string(a."ai.operationId"), 'ai.streamObject') then 'json'
        when json_string(a."gen_ai.output.type") = 'text' then 'text'
    end) as output_format,
    coalesce(
        parsed_text(a."gen_ai.response.finish_reasons") -> 0, a."ai.response.finishReason", a."llm.finish_reason",
        a."llm.response.finish_reason", a."llm.response.stop_reason", completed -> '$[0].finish_reason',
        parsed_text(a."gen_ai.output.messages") -> '$[0].finish_reason', told_answers -> '$[0].finish_reason'
    ) as finish_reason,
    whole_input(prompt_tokens, read_tokens, write_tokens) as input_tokens,
    loose_number(coalesce(
        a."gen_ai.usage.output_tokens", a."gen_ai.usage.completion_tokens", a."llm.token_count.completion",
        a."ai.usage.outputTokens", a."ai.usage.completionTokens", a."llm.usage.completion_tokens"
    )) as output_tokens,
    read_tokens as cache_read_tokens,
    write_tokens as cache_write_tokens,
    loose_number(coalesce(
        a."gen_ai.usage.reasoning.output_tokens", a."gen_ai.usage.reasoning_tokens", a."llm.token_count.completion_details.reasoning",
        a."ai.usage.outputTokenDetails.reasoningTokens", a."ai.usage.reasoningTokens", a."gen_ai.usage.details.reasoning_tokens"
    )) as reasoning_tokens,
    loose_number(coalesce(
        a."llm.cost.total", a."gen_ai.usage.cost", a."gen_ai.usage.total_cost", a."operation.cost", a.cost_usd,
        to_json(
            json_money(loose_number(a."llm.cost.prompt"))
            + json_money(loose_number(a."llm.cost.completion"))
        )
    )) as cost_usd,
    loose_number(coalesce(a."gen_ai.request.temperature", parameters -> 'temperature', a."ai.settings.temperature")) as temperature,
    loose_number(coalesce(a."gen_ai.request.seed", a."gen_ai.openai.request.seed", parameters -> 'seed')) as seed,
    coalesce(
        a."cache.status", to_json(loose_cache(json_text(coalesce(a."cache.hit", a.cache_status, a.cache_hit)))), metadata_cache(m)
    ) as cache_status,
    coalesce(a."cache.key", a.cache_key, m.cache_key) as cache_key,
    loose_number(coalesce(a."cache.age_s", a.cache_age_s, m.cache_age_s)) as cache_age_s,
    loose_number(coalesce(a."cache.ttl_s", a.cache_ttl_s, m.cache_ttl_s)) as cache_ttl_s,
    coalesce(
        a."guardrail.category", m.guardrail_category, case when told = 'guardrail' then coalesce(a.category, m.category) end
    ) as guardrail_category,
    coalesce(
        a."guardrail.action", m.guardrail_action, case when told = 'guardrail' then coalesce(a.action, m.action) end
    ) as guardrail_action,
    loose_number(coalesce(a."guardrail.score", m.guardrail_score)) as guardrail_score,
    to_json(case
        when len(documents) > 0 then len(documents)
        when len(found) > 0 then len(found)
        when member(attrs, 'retrieval.documents')::varchar = '[]' then 0
        when a."gen_ai.retrieval.documents" is not null then json_array_length(parsed_text(a."gen_ai.retrieval.documents"))
        -- a retriever that lists no document found none, or does not list them: its output tells
        when told = 'retrieval' then json_array_length(coalesce(
            json_list_leaf(parsed_text(a."output.value")), json_list_leaf(parsed_text(a."output.value") -> '$.documents')
        ))
    end) as retrieval_hits,
    coalesce(
        case when len(documents) > 0 then to_json(documents) end,
        case when len(found) > 0 then
            to_json(list_transform(found, lambda e: {
                'id': e.attrs ->> '$."db.query.result.id"',
                'score': try_cast(e.attrs ->> '$."db.query.result.score"' as double)
            }))
        end,
        parsed_text(a."gen_ai.retrieval.documents")
    ) as retrieval_documents,
    coalesce(
        a."session.id", a."gen_ai.conversation.id", a."langfuse.session.id",
        m.session_id, m.thread_id, m.conversation_id
    ) as session,
    coalesce(
        a."user.id", a."enduser.id", a."langfuse.user.id", m.user_id, m."user"
    ) as "user",
    coalesce(a.tenant, a."tenant.id", metadata_tenant(m)) as tenant,
    coalesce(a.region, m.region, a."cloud.region", extra -> '$.resource."cloud.region"') as region,
    coalesce(a.locale, m.locale, m.language) as locale,
    coalesce(a.client, m.client) as client,
    coalesce(
        a."prompt_version", a."gen_ai.prompt.version", a."llm.prompt_template.version", a."traceloop.prompt.version",
        m.prompt_version
    ) as prompt_version,
    coalesce(
        a.app_version, m.app_version, m.release, a."service.version", extra -> '$.resource."service.version"'
    ) as app_version,
    coalesce(a.index_version, m.index_version) as index_version,
    coalesce(a.arm, m.arm) as arm,
    coalesce(a.idempotency_key, m.idempotency_key) as idempotency_key,
    loose_number(coalesce(a.attempt, m.attempt)) as attempt,
    coalesce(a.fallback, m.fallback) as fallback,
    coalesce(scores, case when len(evaluations) > 0 then
        to_json(list_transform(evaluations, lambda e: {
            'name': e.attrs ->> '$."gen_ai.evaluation.name"',
            'value': try_cast(e.attrs ->> '$."gen_ai.evaluation.score.value"' as double),
            'source': 'evaluation',
            'at': json_moment(e."at"),
            'comment': coalesce(e.attrs ->> '$."gen_ai.evaluation.explanation"', e.attrs ->> '$."gen_ai.evaluation.score.label"')
        }))
    end) as scores,
    merged(
        json_rest(attrs, '{
            "openinference.span.kind": null, "traceloop.span.kind": null, "traceloop.entity.name": null, "traceloop.entity.input": null,
            "traceloop.entity.output": null, "traceloop.workflow.name": null, "gen_ai.operation.name": null, "llm.request.type": null,
            "ai.operationId": null, "ai.model.id": null, "ai.model.provider": null, "ai.telemetry.functionId": null,
            "ai.prompt": null,
            "ai.prompt.messages": null, "ai.response.text": null, "ai.response.object": null, "ai.response.toolCalls": null,
            "ai.response.finishReason": null, "ai.response.model": null, "ai.toolCall.args": null, "ai.toolCall.result": null,
            "ai.value": null, "ai.embedding": null, "ai.settings.temperature": null, "ai.usage.promptTokens": null,
            "ai.usage.completionTokens": null, "ai.usage.inputTokens": null, "ai.usage.outputTokens": null, "ai.usage.reasoningTokens": null,
            "ai.usage.cachedInputTokens": null, "ai.usage.tokens": null, "db.system": null, "http.method": null,
            "http.request.method": null, "http.route": null, "http.status_code": null, "http.response.status_code": null,
            "error.type": null, "gen_ai.workflow.name": null, "gen_ai.provider.name": null, "gen_ai.system": null,
            "gen_ai.request.model": null, "gen_ai.response.model": null, "gen_ai.request.temperature": null, "gen_ai.request.seed": null,
            "gen_ai.openai.request.seed": null, "gen_ai.response.finish_reasons": null, "gen_ai.output.type": null, "gen_ai.input.messages": null,
            "gen_ai.output.messages": null, "gen_ai.prompt": null, "gen_ai.completion": null, "gen_ai.tool.call.arguments": null,
            "gen_ai.tool.call.result": null, "gen_ai.retrieval.query.text": null, "gen_ai.retrieval.documents": null, "gen_ai.usage.input_tokens": null,
            "gen_ai.usage.prompt_tokens": null, "gen_ai.usage.output_tokens": null, "gen_ai.usage.completion_tokens": null, "gen_ai.usage.cache_read.input_tokens": null,
            "gen_ai.usage.cache_read_input_tokens": null, "gen_ai.usage.cached_input_tokens": null, "gen_ai.usage.cache_creation.input_tokens": null, "gen_ai.usage.cache_creation_input_tokens": null,
            "gen_ai.usage.reasoning.output_tokens": null, "gen_ai.usage.reasoning_tokens": null, "gen_ai.usage.cost": null, "gen_ai.usage.total_cost": null,
            "session.id": null, "langfuse.session.id": null,
            "user.id": null, "langfuse.user.id": null,
            "tenant.id": null, "tenant": null, "llm.provider": null, "llm.system": null,
            "llm.model_name": null, "llm.request.model_name": null, "llm.response.model_name": null, "llm.finish_reason": null,
            "llm.response.finish_reason": null, "llm.response.stop_reason": null, "llm.prompt_template.version": null,
            "gen_ai.prompt.version": null, "traceloop.prompt.version": null, "prompt_version": null, "llm.token_count.prompt": null,
            "llm.token_count.completion": null, "llm.token_count.prompt_details.cache_read": null, "llm.token_count.prompt_details.cache_write": null, "llm.token_count.completion_details.reasoning": null,
            "llm.cost.total": null, "llm.usage.prompt_tokens": null, "llm.usage.completion_tokens": null, "input.value": null,
            "output.value": null, "reranker.query": null, "tool.parameters": null, "service.version": null,
            "app_version": null, "cloud.region": null, "region": null, "locale": null,
            "feature": null, "client": null, "index_version": null, "arm": null,
            "idempotency_key": null, "cache.status": null, "cache.key": null, "cache.hit": null,
            "cache.age_s": null, "cache.ttl_s": null, "cache_status": null, "cache_key": null, "cache_hit": null,
            "cache_age_s": null, "cache_ttl_s": null, "guardrail.category": null, "guardrail.action": null, "guardrail.score": null,
            "attempt": null, "fallback": null, "ai.telemetry.metadata.userId": null, "ai.telemetry.metadata.sessionId": null,
            "ai.telemetry.metadata.tenant": null, "traceloop.association.properties.session_id": null,
            "traceloop.association.properties.user_id": null,
            "ai.usage.inputTokenDetails.cacheReadTokens": null, "ai.usage.inputTokenDetails.cacheWriteTokens": null, "ai.usage.outputTokenDetails.reasoningTokens": null,
            "gen_ai.usage.details.cache_read_tokens": null, "gen_ai.usage.details.cache_write_tokens": null, "gen_ai.usage.details.reasoning_tokens": null,
            "operation.cost": null, "cost_usd": null, "gen_ai.system_instructions": null, "tool_arguments": null,
            "tool_response": null}'),
        merged(nullif(extra, '{}'), case when len(events) > 0 then json_object('events', to_json(events)) end)
    ) as attributes
from worded
