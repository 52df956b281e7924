/*
title: retroburn's native log format
summary: JSON lines, one span a line, in the field names of this project
docs: docs/reference/native.md
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status
  attempt fallback provider model_requested model input output output_format finish_reason input_tokens output_tokens
  cache_read_tokens cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s
  cache_ttl_s retrieval_hits retrieval_top_score retrieval_documents citations guardrail_category guardrail_action
  guardrail_score idempotency_key tenant user session region locale client prompt_version app_version index_version arm
  scores attributes
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
    -- the one parse of a record: every field that some record has as its type or as a leaf, long texts unescaped
    select
        file,
        line,
        ord,
        body,
        try(from_json(body, $layout)) as r
    from records
),
filled as (
    select
        file,
        line,
        ord,
        body,
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
    -- how many keys a record has, and how many of them are known: where all are (most) no second look is needed
    select
        *,
        len(json_keys(body)) as keys,
        $known as known
    from nested
),
fitting as (
    -- a key whose value is null counts among the keys alone
    select
        * exclude (keys, known),
        case when keys = known then true else list_has_all($taken, json_keys(body)) end as fits
    from counted
),
rest as (
    select
        * exclude (cache, retrieval, guardrail, attributes),
        -- what the columns below do not take of the nested fields
        case when
            other_keys(cache, ['status', 'key', 'age_s', 'ttl_s'])
            or other_keys(retrieval, ['hits', 'top_score', 'documents'])
            or other_keys(guardrail, ['category', 'action', 'score'])
            or documents_rest(f.documents, ['id', 'score']) is not null
            or scores is not null
            then
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
        case when $strangers and not fits then
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
    from fitting
)
select
    * exclude (own, c, f, g, fits, leftover, unknown, stray),
    not ($strangers or fits) or $doubtful as odd,
    case when id is null and json_type(body) <> 'OBJECT' then 'not an object' end as refused,
    c.status as cache_status,
    c.key as cache_key,
    c.age_s as cache_age_s,
    c.ttl_s as cache_ttl_s,
    f.hits as retrieval_hits,
    f.top_score as retrieval_top_score,
    f.documents as retrieval_documents,
    coalesce(g.category, case when leaf_text(kind) = 'guardrail' then own -> 'category' end) as guardrail_category,
    coalesce(g.action, case when leaf_text(kind) = 'guardrail' then own -> 'action' end) as guardrail_action,
    g.score as guardrail_score,
    case
        when unknown is null and leftover is null and stray is null then own
        else merged(merged(merged(own, unknown), nullif(leftover, '{}')), stray)::json
    end as attributes
from rest
