/*
title: OpenTelemetry, OTLP/JSON
summary: traces and logs as the collector's file exporter, Grafana's Tempo and protobuf dumps write them, with GenAI, OpenInference, OpenLLMetry and Vercel attributes
docs: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status
  attempt fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s
  cache_ttl_s retrieval_hits retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version
  app_version index_version arm scores attributes
holds: >
  resourceSpans resource_spans resourceLogs resource_logs batches trace scopeSpans scope_spans
  instrumentationLibrarySpans instrumentation_library_spans instrumentationLibraryLogs scopeLogs scope_logs
  spans logRecords log_records logs
apart: true
hex_ids: true
detect: >
  has_any(body, ['resourceSpans', 'resource_spans', 'resourceLogs', 'resource_logs', 'resourceMetrics', 'resource_metrics'])
  or coalesce(
      body -> '$.batches[0].scopeSpans', body -> '$.batches[0].instrumentationLibrarySpans', body -> '$.trace.resourceSpans'
  ) is not null
then: attributes
*/
with
-- each list is made once, of one parse, before it is taken apart and counted
sent as (
    select
        file,
        line,
        otlp_resources(body) as parts
    from records
),
resources as (
    select
        file,
        line,
        generate_subscripts(parts, 1) as nth_resource,
        from_json(unnest(parts), '{
            "resource": {"attributes": "json"}, "scopeSpans": ["json"], "scope_spans": ["json"],
            "instrumentationLibrarySpans": ["json"], "instrumentation_library_spans": ["json"],
            "instrumentationLibraryLogs": ["json"], "scopeLogs": ["json"], "scope_logs": ["json"]}') as r
    from sent
),
instrumented as (
    select
        file,
        line,
        nth_resource,
        otlp_attributes(r.resource.attributes) as resource,
        list_concat(
            r.scopeSpans, r.scope_spans, r.instrumentationLibrarySpans, r.instrumentation_library_spans,
            r.instrumentationLibraryLogs, r.scopeLogs, r.scope_logs
        ) as parts
    from resources
),
scopes as (
    select
        file,
        line,
        nth_resource,
        resource,
        generate_subscripts(parts, 1) as nth_scope,
        from_json(unnest(parts), '{
            "scope": {"name": "varchar", "version": "json"},
            "instrumentationLibrary": {"name": "varchar", "version": "json"},
            "instrumentation_library": {"name": "varchar", "version": "json"}, "spans": ["json"], "logRecords": ["json"],
            "log_records": ["json"], "logs": ["json"]}') as s
    from instrumented
),
recorded as (
    select
        file,
        line,
        nth_resource,
        nth_scope,
        resource,
        coalesce(s.scope.name, s.instrumentationLibrary.name, s.instrumentation_library.name) as scope,
        coalesce(s.scope.version, s.instrumentationLibrary.version, s.instrumentation_library.version) as scope_version,
        list_concat(s.spans, s.logRecords, s.log_records, s.logs) as parts
    from scopes
),
spans as (
    select
        * exclude (parts),
        unnest(parts) as body,
        generate_subscripts(parts, 1) as nth_span
    from recorded
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
            "events": "json", "links": "json", "status": {"code": "varchar", "message": "varchar"},
            "flags": "json", "traceState": "json", "trace_state": "json", "severityNumber": "json", "severity_number": "json",
            "droppedAttributesCount": "json", "dropped_attributes_count": "json", "droppedEventsCount": "json",
            "dropped_events_count": "json", "droppedLinksCount": "json", "dropped_links_count": "json"}') as s
    from spans
),
-- as they stand: a dozen steps read them
placed as materialized (
    select
        *,
        nth_resource * 1000000000000 + nth_scope * 1000000000 + nth_span as ord,
        otlp_id(coalesce(s.traceId, s.trace_id)) as trace_id,
        otlp_id(coalesce(s.spanId, s.span_id)) as span_id,
        coalesce(s.timeUnixNano, s.time_unix_nano, s.observedTimeUnixNano, s.observed_time_unix_nano) as logged_at,
        -- a log record is a part of the span it was written in
        coalesce(s.startTimeUnixNano, s.start_time_unix_nano) is null
        and coalesce(s.timeUnixNano, s.time_unix_nano, s.observedTimeUnixNano, s.observed_time_unix_nano) is not null as is_log,
        -- the SDKs stop at 128; a million of them take several gigabytes to take apart
        coalesce(json_array_length(s.attributes) > 100000, false) as crowded,
        coalesce(case when not crowded then otlp_attributes(s.attributes) end, '{}') as own
    from named
),
events as (
    select
        file,
        line,
        ord,
        trace_id,
        span_id,
        logged_at,
        otlp_value(s.body) as said_there,
        coalesce(json_string(s.eventName), json_string(s.event_name), own ->> '$."event.name"', json_string(s."name"), '') as event,
        own
    from placed
    where is_log
),
asked as (
    -- what was said and what was answered, each a record of its own, as the two lists that a span would have
    select
        file,
        trace_id,
        span_id,
        json_list_of(list(genai_message(event, said_there, own) order by json_moment(logged_at), line, ord) filter (
            where is_genai_message(event)
        )) as questions,
        json_list_of(list(genai_choice(said_there, own) order by json_moment(logged_at), line, ord) filter (
            where event = 'gen_ai.choice'
        )) as answers
    from events
    where starts_with(event, 'gen_ai.') and span_id is not null
    group by all
),
judged as (
    -- an evaluation without a span names the response that it judges
    select
        e.file,
        e.line,
        e.ord,
        any_value(p.span_id) as span_id,
        any_value(p.trace_id) as trace_id
    from events as e
    inner join placed as p on (e.own ->> '$."gen_ai.response.id"') = (p.own ->> '$."gen_ai.response.id"') and not p.is_log
    where e.span_id is null
    group by all
),
joined as (
    select
        p.*,
        e.event,
        e.said_there,
        q.questions,
        q.answers,
        coalesce(p.trace_id, j.trace_id) as in_trace,
        coalesce(
            p.span_id, j.span_id,
            -- a call that was logged outside of any span is told by its own record alone
            case when e.event = 'gen_ai.client.inference.operation.details' then
                f.label || ':' || p.line || ':' || p.ord
            end
        ) as in_span
    from placed as p
    inner join intake.files as f on p.file = f.file
    left join events as e on p.file = e.file and p.line = e.line and p.ord = e.ord
    left join asked as q
        on e.file = q.file and e.trace_id is not distinct from q.trace_id and e.span_id = q.span_id and starts_with(e.event, 'gen_ai.')
    left join judged as j on e.file = j.file and e.line = j.line and e.ord = j.ord
)
select
    file,
    line,
    ord,
    body,
    to_json(in_trace) as trace_id,
    to_json(in_span) as id,
    to_json(otlp_id(coalesce(s.parentSpanId, s.parent_span_id))) as parent_id,
    coalesce(s."name", s.eventName, s.event_name, to_json(nullif(event, '')), s.severityText, s.severity_text) as name,
    coalesce(s.startTimeUnixNano, s.start_time_unix_nano, logged_at) as start,
    nullif(nullif(coalesce(s.endTimeUnixNano, s.end_time_unix_nano), '"0"'), '0') as "end",
    replace(upper(s.status.code), 'STATUS_CODE_', '') as status_code,
    s.status.message as status_message,
    replace(upper(s.kind), 'SPAN_KIND_', '') as span_role,
    is_log as folded,
    case when crowded then 'more than 100,000 attributes' end as refused,
    case
        when questions is not null or answers is not null then json_merge_patch(own, json_merge_patch('{}', json_object(
            'gen_ai.input.messages', coalesce(own -> '$."gen_ai.input.messages"', nullif(questions, '[]')),
            'gen_ai.output.messages', coalesce(own -> '$."gen_ai.output.messages"', nullif(answers, '[]'))
        )))
        else own
    end as attrs,
    list_transform(
        json_extract(s.events, '$[*]'),
        lambda e: {
            'name': e ->> 'name', 'at': coalesce(e -> 'timeUnixNano', e -> 'time_unix_nano'),
            'attrs': otlp_attributes(e -> 'attributes')
        }
    ) as events,
    case when event = 'gen_ai.evaluation.result' then to_json([genai_evaluation(own, logged_at)]) end as scores,
    json_merge_patch('{}', json_object(
        'resource', resource, 'scope', scope, 'links', case when s.links::varchar <> '[]' then s.links end,
        'body', case when not starts_with(coalesce(event, ''), 'gen_ai.') then said_there end, 'span_kind', s.kind,
        'scope_version', nullif(scope_version, '""'), 'flags', nullif(s.flags, '0'),
        'trace_state', nullif(coalesce(s.traceState, s.trace_state), '""'),
        'severity', coalesce(s.severityText, s.severity_text, s.severityNumber, s.severity_number),
        -- what the SDK left away for want of room
        'dropped_attributes', nullif(coalesce(s.droppedAttributesCount, s.dropped_attributes_count), '0'),
        'dropped_events', nullif(coalesce(s.droppedEventsCount, s.dropped_events_count), '0'),
        'dropped_links', nullif(coalesce(s.droppedLinksCount, s.dropped_links_count), '0')
    )) as extra
from joined
