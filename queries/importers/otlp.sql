/*
title: OpenTelemetry, OTLP/JSON
summary: traces and logs as the collector's file exporter and protobuf dumps write them, with GenAI, OpenInference, OpenLLMetry and Vercel attributes
docs: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status provider
  model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed retrieval_hits retrieval_top_score retrieval_documents
  tenant user session region locale prompt_version app_version scores attributes
detect: has_any(body, ['resourceSpans', 'resource_spans', 'resourceLogs', 'resource_logs'])
then: attributes
*/
with
resources as (
    select
        file,
        line,
        unnest(
            json_extract(body, '$.resourceSpans[*]') || json_extract(body, '$.resource_spans[*]')
            || json_extract(body, '$.resourceLogs[*]') || json_extract(body, '$.resource_logs[*]')
        ) as resource_part,
        generate_subscripts(
            json_extract(body, '$.resourceSpans[*]') || json_extract(body, '$.resource_spans[*]')
            || json_extract(body, '$.resourceLogs[*]') || json_extract(body, '$.resource_logs[*]'), 1
        ) as nth_resource
    from records
),
scopes as (
    select
        file,
        line,
        nth_resource,
        otlp_attributes(resource_part -> '$.resource.attributes') as resource,
        unnest(
            json_extract(resource_part, '$.scopeSpans[*]') || json_extract(resource_part, '$.scope_spans[*]')
            || json_extract(resource_part, '$.instrumentationLibrarySpans[*]')
            || json_extract(resource_part, '$.scopeLogs[*]') || json_extract(resource_part, '$.scope_logs[*]')
        ) as scope_part,
        generate_subscripts(
            json_extract(resource_part, '$.scopeSpans[*]') || json_extract(resource_part, '$.scope_spans[*]')
            || json_extract(resource_part, '$.instrumentationLibrarySpans[*]')
            || json_extract(resource_part, '$.scopeLogs[*]') || json_extract(resource_part, '$.scope_logs[*]'), 1
        ) as nth_scope
    from resources
),
spans as (
    select
        file,
        line,
        nth_resource,
        nth_scope,
        resource,
        coalesce(scope_part ->> '$.scope.name', scope_part ->> '$.instrumentationLibrary.name') as scope,
        unnest(
            json_extract(scope_part, '$.spans[*]')
            || json_extract(scope_part, '$.logRecords[*]') || json_extract(scope_part, '$.log_records[*]')
        ) as body,
        generate_subscripts(
            json_extract(scope_part, '$.spans[*]')
            || json_extract(scope_part, '$.logRecords[*]') || json_extract(scope_part, '$.log_records[*]'), 1
        ) as nth_span
    from scopes
),
named as (
    select
        *,
        from_json(body, '{
            "traceId": "varchar", "trace_id": "varchar", "spanId": "varchar", "span_id": "varchar",
            "parentSpanId": "varchar", "parent_span_id": "varchar", "name": "json", "kind": "varchar",
            "startTimeUnixNano": "json", "start_time_unix_nano": "json", "endTimeUnixNano": "json",
            "end_time_unix_nano": "json", "timeUnixNano": "json", "time_unix_nano": "json",
            "observedTimeUnixNano": "json", "observed_time_unix_nano": "json", "eventName": "json",
            "event_name": "json", "severityText": "json", "severity_text": "json", "body": "json", "attributes": "json",
            "events": "json", "links": "json", "status": {"code": "varchar", "message": "varchar"}}') as s
    from spans
)
select
    file,
    line,
    nth_resource * 1000000000000 + nth_scope * 1000000000 + nth_span as ord,
    body,
    to_json(otlp_id(coalesce(s.traceId, s.trace_id))) as trace_id,
    to_json(otlp_id(coalesce(s.spanId, s.span_id))) as id,
    to_json(otlp_id(coalesce(s.parentSpanId, s.parent_span_id))) as parent_id,
    coalesce(s."name", s.eventName, s.event_name, s.severityText, s.severity_text) as name,
    coalesce(
        s.startTimeUnixNano, s.start_time_unix_nano, s.timeUnixNano, s.time_unix_nano,
        s.observedTimeUnixNano, s.observed_time_unix_nano
    ) as start,
    nullif(nullif(coalesce(s.endTimeUnixNano, s.end_time_unix_nano), '"0"'), '0') as "end",
    replace(upper(s.status.code), 'STATUS_CODE_', '') as status_code,
    s.status.message as status_message,
    replace(upper(s.kind), 'SPAN_KIND_', '') as span_role,
    -- a log record is a part of the span it was written in
    coalesce(s.timeUnixNano, s.time_unix_nano, s.observedTimeUnixNano, s.observed_time_unix_nano) is not null
    and coalesce(s.startTimeUnixNano, s.start_time_unix_nano) is null as folded,
    coalesce(otlp_attributes(s.attributes), '{}') as attrs,
    list_transform(
        json_extract(s.events, '$[*]'),
        lambda e: {
            'name': e ->> 'name', 'at': coalesce(e -> 'timeUnixNano', e -> 'time_unix_nano'),
            'attrs': otlp_attributes(e -> 'attributes')
        }
    ) as events,
    null::json as scores,
    json_merge_patch('{}', json_object(
        'resource', resource, 'scope', scope, 'links', case when s.links::varchar <> '[]' then s.links end,
        'body', otlp_value(s.body), 'span_kind', s.kind
    )) as extra
from named
