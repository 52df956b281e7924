/*
title: OpenTelemetry, spans as an SDK dumps them
summary: spans printed by the JavaScript SDK or by Python's console exporter, with the same attributes as OTLP
docs: https://opentelemetry.io/docs/languages/
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status
  attempt fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s
  cache_ttl_s retrieval_hits retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version
  app_version index_version arm scores attributes
hex_ids: true
detect: >
  has_all(body, ['spanContext', 'startTime'])
  or has_all(body, ['instrumentationScope', 'traceId', 'timestamp', 'duration'])
  or ((body ->> '$.context.trace_id') like '0x%' and has_all(body, ['status', 'start_time']))
then: attributes
*/
with
named as (
    select
        *,
        from_json(body, '{
            "name": "json", "spanContext": {"traceId": "varchar", "spanId": "varchar"}, "parentSpanId": "varchar",
            "parentSpanContext": {"spanId": "varchar"}, "startTime": "json", "endTime": "json",
            "id": "varchar", "traceId": "varchar", "parentId": "varchar", "timestamp": "json", "duration": "json",
            "context": {"trace_id": "varchar", "span_id": "varchar"}, "parent_id": "varchar", "start_time": "json",
            "end_time": "json", "kind": "varchar", "attributes": "json", "events": "json", "links": "json",
            "status": {"code": "varchar", "message": "varchar", "status_code": "varchar", "description": "varchar"},
            "resource": {"attributes": "json"}}') as s
    from records
)
select
    file,
    line,
    ord,
    body,
    to_json(hex_id(coalesce(s.spanContext.traceId, s.context.trace_id, s.traceId))) as trace_id,
    to_json(hex_id(coalesce(s.spanContext.spanId, s.context.span_id, s.id))) as id,
    to_json(hex_id(coalesce(s.parentSpanId, s.parentSpanContext.spanId, s.parent_id, s.parentId))) as parent_id,
    s."name" as name,
    coalesce(s.startTime, s.start_time, s."timestamp") as start,
    -- as the console is told: microseconds, both of them
    coalesce(
        s.endTime, s.end_time, to_json(try_cast(json_number(s."timestamp") + json_number(s.duration) as bigint))
    ) as "end",
    upper(coalesce(s.status.code, s.status.status_code)) as status_code,
    coalesce(s.status.message, s.status.description) as status_message,
    s.kind as span_role,
    false as folded,
    null::varchar as refused,
    coalesce(json_object_leaf(s.attributes), '{}') as attrs,
    list_transform(
        json_extract(s.events, '$[*]'),
        lambda e: {'name': e ->> 'name', 'at': coalesce(e -> 'time', e -> 'timestamp'), 'attrs': e -> 'attributes'}
    ) as events,
    null::json as scores,
    json_merge_patch('{}', json_object(
        'resource', s.resource.attributes, 'span_kind', s.kind, 'links', case when s.links::varchar <> '[]' then s.links end
    )) as extra
from named
