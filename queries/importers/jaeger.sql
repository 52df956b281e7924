/*
title: Jaeger
summary: traces as Jaeger's page downloads them or its API gives them, and spans from its Elasticsearch index, with the same attributes as OTLP
docs: https://www.jaegertracing.io/docs/latest/apis/
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status
  attempt fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s
  cache_ttl_s retrieval_hits retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version
  app_version index_version arm scores attributes
holds: spans
hex_ids: true
detect: >
  (has_all(body, ['traceID', 'spans']) and json_type(body, '$.spans') = 'ARRAY')
  or has_all(body, ['traceID', 'spanID', 'operationName'])
then: attributes
*/
with
spans as (
    -- a trace holds its spans; a span of the index stands alone
    select
        file,
        line,
        ord,
        body -> 'processes' as processes,
        unnest(case when json_type(body, '$.spans') = 'ARRAY' then json_extract(body, '$.spans[*]') else [body] end) as body,
        generate_subscripts(
            case when json_type(body, '$.spans') = 'ARRAY' then json_extract(body, '$.spans[*]') else [body] end, 1
        ) as nth
    from records
),
named as (
    select
        *,
        from_json(body, '{
            "traceID": "varchar", "spanID": "varchar", "parentSpanID": "varchar", "operationName": "json",
            "references": "json", "startTime": "json", "duration": "json", "tags": "json", "logs": "json",
            "processID": "varchar", "process": "json", "warnings": "json"}') as s
    from spans
),
placed as (
    select
        *,
        coalesce(jaeger_tags(s.tags), '{}') as attrs,
        coalesce(s.process, member(processes, s.processID)) as process,
        json_extract(s."references", '$[*]') as refs
    from named
)
select
    file,
    line,
    ord * 1000000 + nth as ord,
    body,
    to_json(s.traceID) as trace_id,
    to_json(s.spanID) as id,
    -- by its references, the first that it is a child of; older ones follow, or name the parent beside
    to_json(coalesce(
        list_first(list_filter(
            refs, lambda r: (r ->> 'refType') = 'CHILD_OF' and coalesce(r ->> 'traceID', s.traceID) = s.traceID
        )) ->> 'spanID',
        nullif(s.parentSpanID, ''),
        list_first(list_filter(refs, lambda r: coalesce(r ->> 'traceID', s.traceID) = s.traceID)) ->> 'spanID'
    )) as parent_id,
    s.operationName as name,
    jaeger_time(s.startTime) as start,
    jaeger_time(to_json(json_number(loose_number(s.startTime)) + json_number(loose_number(s.duration)))) as "end",
    upper(coalesce(
        attrs ->> '$."otel.status_code"',
        -- OpenTracing's word
        case when (attrs ->> '$."error"') = 'true' then 'ERROR' end
    )) as status_code,
    attrs ->> '$."otel.status_description"' as status_message,
    upper(attrs ->> '$."span.kind"') as span_role,
    false as folded,
    null::varchar as refused,
    attrs,
    list_transform(
        json_extract(s.logs, '$[*]'),
        lambda e: {
            'name': jaeger_tags(e -> 'fields') ->> '$."event"',
            'at': jaeger_time(e -> 'timestamp'),
            'attrs': jaeger_tags(e -> 'fields')
        }
    ) as events,
    null::json as scores,
    json_merge_patch('{}', json_object(
        'resource', json_merge_patch(
            coalesce(jaeger_tags(process -> 'tags'), '{}'),
            json_merge_patch('{}', json_object('service.name', process -> 'serviceName'))
        ),
        'references', case when len(refs) > 1 then to_json(refs) end,
        'warnings', s.warnings
    )) as extra
from placed
