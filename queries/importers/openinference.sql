/*
title: OpenInference, Arize Phoenix
summary: spans as Phoenix gives them - JSON of its REST interface, older JSON lines, or a data frame saved as Parquet or CSV
docs: https://arize-ai.github.io/openinference/spec/
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status
  attempt fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s
  cache_ttl_s retrieval_hits retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version
  app_version index_version arm scores attributes
hex_ids: true
detect: >
  has_any(body, ['context.span_id', 'context.trace_id'])
  or (has_all(body, ['annotator_kind']) and has_any(body, ['span_id', 'trace_id', 'session_id']) and has_any(body, ['name', 'annotation_name']))
  or (has_all(body, ['annotator_kind', 'result.score', 'result.label']))
  or (has_any(body, ['span_kind', 'status_code']) and (body -> '$.context.span_id') is not null
      and (body -> '$.attributes."mlflow.traceRequestId"') is null)
then: attributes
*/
with
leaves as (
    -- nested or dotted, a list or flattened: every value gets its one dotted name
    select
        r.file,
        r.line,
        r.ord,
        replace(regexp_replace(substr(t.fullkey, 3), '\[(\d+)\]', '.\1', 'g'), '"', '') as name,
        t.value,
        t.type = 'VARCHAR' and starts_with(t.value::varchar, '"[') and regexp_matches(
            replace(t.fullkey, '"', ''), '\.(llm\.(input|output)_messages|retrieval\.documents)$'
        ) as is_list
    from records as r, json_tree(r.body) as t
    where t.type <> 'NULL'
        and (
            regexp_matches(replace(t.fullkey, '"', ''), phoenix_text() || '$')
            or (t.type <> 'OBJECT' and (
                t.type <> 'ARRAY' or json_array_length(t.value) = 0 or regexp_matches(replace(t.fullkey, '"', ''), otel_list() || '$')
            ))
        )
        and not regexp_matches(replace(t.fullkey, '"', ''), otel_list() || '\[')
        and not regexp_matches(replace(t.fullkey, '"', ''), phoenix_text() || '[.\[]')
),
told as (
    -- some write every value as a text, a list of messages or documents too
    select
        l.* exclude (value, is_list),
        value
    from leaves as l
    where not is_list
    union all by name
    select
        l.* exclude (value, is_list) replace (
            l.name || replace(regexp_replace(substr(t.fullkey, 2), '\[(\d+)\]', '.\1', 'g'), '"', '') as name
        ),
        t.value
    from leaves as l, json_tree(parsed_text(l.value)) as t
    where is_list
        and t.type not in ('OBJECT', 'NULL')
        and (t.type <> 'ARRAY' or json_array_length(t.value) = 0)
),
flattened as (
    select
        file,
        line,
        ord,
        json_object_of(
            list({'k': substr(name, length('attributes.') + 1), 'v': value}) filter (where starts_with(name, 'attributes.'))
        ) as attrs
    from told
    group by all
),
named as (
    select
        r.*,
        coalesce(f.attrs, '{}') as attrs,
        from_json(r.body, '{
            "name": "json", "context": {"trace_id": "varchar", "span_id": "varchar"}, "context.trace_id": "varchar",
            "context.span_id": "varchar", "__index_level_0__": "varchar", "Unnamed: 0": "varchar",
            "span_id": "varchar", "trace_id": "varchar", "session_id": "json", "annotator_kind": "varchar", "created_at": "json", "parent_id": "varchar", "span_kind": "json", "start_time": "json",
            "end_time": "json", "status_code": "varchar", "status_message": "varchar", "events": "json"}') as s
    from records as r
    left join flattened as f on r.file = f.file and r.line = f.line and r.ord = f.ord
)
select
    file,
    line,
    ord,
    body,
    -- an annotation names its span alone, or a trace, or a session
    to_json(case
        when not is_annotation then hex_id(coalesce(s.context.trace_id, s."context.trace_id"))
        when named_span is not null then '@span'
        when s.trace_id is not null then hex_id(s.trace_id)
        when s.session_id is not null then '@session'
        else '@span'
    end) as trace_id,
    -- the index of a data frame may have kept its name or lost it
    to_json(coalesce(
        hex_id(named_span), case when is_annotation and coalesce(s.trace_id, s.session_id::varchar) is not null then '@root' end
    )) as id,
    to_json(hex_id(s.parent_id)) as parent_id,
    case when not is_annotation then s."name" end as name,
    coalesce(s.start_time, s.created_at) as start,
    s.end_time as "end",
    upper(s.status_code) as status_code,
    s.status_message as status_message,
    null as span_role,
    is_annotation as folded,
    null::varchar as refused,
    json_merge_patch(
        json_merge_patch(phoenix_context(coalesce(parsed_text(attrs -> 'metadata'), attrs)), attrs),
        json_merge_patch('{}', json_object(
            'openinference.span.kind', s.span_kind, 'session.id', case when is_annotation then s.session_id end
        ))
    ) as attrs,
    list_transform(
        json_extract(parsed_text(s.events), '$[*]'),
        lambda e: {'name': e ->> 'name', 'at': e -> 'timestamp', 'attrs': e -> 'attributes'}
    ) as events,
    to_json(nullif(
        case
            when is_annotation then [phoenix_score(body)]
            else
                flatten(list_transform(['', 'trace.', 'session.'], lambda of:
                    phoenix_scores(attrs, json_keys(attrs), of || 'annotations', 'annotation')
                    || phoenix_scores(attrs, json_keys(attrs), of || 'evaluations', 'evaluation')
                ))
                || coalesce(list_transform(json_extract(body, '$.annotations[*]'), lambda x: phoenix_score(x)), [])
                || arize_scores(body)
        end, []
    )) as scores,
    case
        when is_annotation and named_span is null and s.trace_id is null then
            json_object('session_scores', json_object(phoenix_score(body)."name", phoenix_score(body)."value"))
        when is_annotation then '{}'
        else json_object_of(list_transform(
        list_filter(
            json_keys(body),
            lambda k: not starts_with(k, 'attributes') and not starts_with(k, 'context') and not list_contains(
                [
                    'annotations', '__index_level_0__', 'Unnamed: 0', 'name', 'parent_id', 'span_kind', 'start_time', 'end_time',
                    'status_code', 'status_message', 'events'
                ], k
            )
        ),
        lambda k: {'k': k, 'v': member(body, k)}
    ))
    end as extra
from (
    select
        *,
        s.start_time is null and s.annotator_kind is not null as is_annotation,
        -- what stands in the index of annotations is a span only where no column names what they are of
        coalesce(s.context.span_id, s."context.span_id", s.span_id, case
            when s.annotator_kind is null or coalesce(s.trace_id, s.session_id::varchar) is null then
                coalesce(s."__index_level_0__", s."Unnamed: 0")
        end) as named_span
    from named
)
