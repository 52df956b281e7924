/*
title: retroburn's native log format
summary: JSON lines, one span a line, in the field names of this project
docs: docs/reference/native.md
fills: all
lines: true
fields: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message
  http_status attempt fallback provider model_requested model input output output_format finish_reason
  input_tokens output_tokens cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed
  cache retrieval citations guardrail idempotency_key tenant user session region locale client prompt_version
  app_version index_version arm scores attributes
detect: has_all(body, ['id', 'start'])
*/
with
leaves as (
    -- the one parse of a record: every field that some record has as a leaf, long texts already unescaped. A line that
    -- is no JSON gives null
    select
        file,
        line,
        body,
        try(from_json(body, $layout)) as r
    from records
),
filled as (
    select
        file,
        line,
        body,
        r is null as broken,
        unnest(r),
        $absent
    from leaves
),
nested as (
    select
        *,
        json_object_leaf(attributes) as own,
        from_json(json_object_leaf(cache), '{"status": "json", "key": "json", "age_s": "json", "ttl_s": "json"}') as c,
        from_json(json_object_leaf(retrieval), '{"hits": "json", "top_score": "json", "documents": "json"}') as f,
        from_json(json_object_leaf(guardrail), '{"category": "json", "action": "json", "score": "json"}') as g
    from filled
),
counted as (
    -- how many of its keys are known: rows where all are (most) need no second look, and none where all rows are such
    select
        *,
        case when $strangers and not broken then json_keys(body) end as keys,
        (id is not null)::integer + (trace_id is not null)::integer + (parent_id is not null)::integer
        + (kind is not null)::integer + (name is not null)::integer + (route is not null)::integer
        + (feature is not null)::integer + (start is not null)::integer + ("end" is not null)::integer
        + (duration_ms is not null)::integer + (status is not null)::integer + (error_type is not null)::integer
        + (error_message is not null)::integer + (http_status is not null)::integer + (attempt is not null)::integer
        + (fallback is not null)::integer + (provider is not null)::integer + (model_requested is not null)::integer
        + (model is not null)::integer + ("input" is not null)::integer + (output is not null)::integer
        + (output_format is not null)::integer + (finish_reason is not null)::integer
        + (input_tokens is not null)::integer + (output_tokens is not null)::integer
        + (cache_read_tokens is not null)::integer + (cache_write_tokens is not null)::integer
        + (reasoning_tokens is not null)::integer + (cost_usd is not null)::integer
        + (temperature is not null)::integer + (seed is not null)::integer + (cache is not null)::integer
        + (retrieval is not null)::integer + (citations is not null)::integer + (guardrail is not null)::integer
        + (idempotency_key is not null)::integer + (tenant is not null)::integer + ("user" is not null)::integer
        + (session is not null)::integer + (region is not null)::integer + (locale is not null)::integer
        + (client is not null)::integer + (prompt_version is not null)::integer + (app_version is not null)::integer
        + (index_version is not null)::integer + (arm is not null)::integer + (scores is not null)::integer
        + (attributes is not null)::integer as known
    from nested
),
rest as (
    select
        * exclude (cache, retrieval, guardrail, attributes),
        -- what the columns below do not take of the nested fields
        case when cache is not null or retrieval is not null or guardrail is not null or scores is not null then
            json_merge_patch('{}', json_object(
                'cache', coalesce(
                    lost(cache, json_object_leaf(cache)),
                    json_rest(cache, '{"status": null, "key": null, "age_s": null, "ttl_s": null}')
                ),
                'retrieval', coalesce(
                    lost(retrieval, json_object_leaf(retrieval)),
                    json_rest(retrieval, '{"hits": null, "top_score": null, "documents": null}')
                ),
                'retrieval_documents', documents_rest(f.documents, ['id', 'score']),
                'guardrail', coalesce(
                    lost(guardrail, json_object_leaf(guardrail)),
                    json_rest(guardrail, '{"category": null, "action": null, "score": null}')
                ),
                'scores', documents_rest(scores, ['name', 'value', 'source', 'at', 'comment'])
            ))
        end as leftover,
        case when len(keys) <> known then
            json_rest(body, '{
                "id": null, "trace_id": null, "parent_id": null, "kind": null, "name": null, "route": null,
                "feature": null, "start": null, "end": null, "duration_ms": null, "status": null,
                "error_type": null, "error_message": null, "http_status": null, "attempt": null,
                "fallback": null, "provider": null, "model_requested": null, "model": null, "input": null,
                "output": null, "output_format": null, "finish_reason": null, "input_tokens": null,
                "output_tokens": null, "cache_read_tokens": null, "cache_write_tokens": null,
                "reasoning_tokens": null, "cost_usd": null, "temperature": null, "seed": null, "cache": null,
                "retrieval": null, "citations": null, "guardrail": null, "idempotency_key": null,
                "tenant": null, "user": null, "session": null, "region": null, "locale": null,
                "client": null, "prompt_version": null, "app_version": null, "index_version": null,
                "arm": null, "scores": null, "attributes": null}')
        end as unknown,
        case when attributes is not null and own is null then json_object('attributes', attributes) end as stray
    from counted
)
select
    * exclude (broken, own, c, f, g, keys, known, leftover, unknown, stray),
    case when broken then 'not JSON' when id is null and json_type(body) <> 'OBJECT' then 'not an object' end as refused,
    c.status as cache_status,
    c.key as cache_key,
    c.age_s as cache_age_s,
    c.ttl_s as cache_ttl_s,
    f.hits as retrieval_hits,
    f.top_score as retrieval_top_score,
    f.documents as retrieval_documents,
    coalesce(g.category, case when kind = '"guardrail"' then own -> 'category' end) as guardrail_category,
    coalesce(g.action, case when kind = '"guardrail"' then own -> 'action' end) as guardrail_action,
    g.score as guardrail_score,
    merged(merged(merged(own, unknown), nullif(leftover, '{}')), stray) as attributes
from rest
