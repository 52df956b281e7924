/*
title: LangSmith
summary: runs as the API, SDK dumps and the bulk export (Parquet) give them; ingest batches, post and patch folded; feedback, folded into its run
docs: https://docs.langchain.com/langsmith/run-data-format
fills: >
  id trace_id parent_id kind name route feature start end duration_ms status error_type error_message http_status attempt fallback
  provider model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens cost_usd temperature seed cache_status cache_key cache_age_s cache_ttl_s retrieval_hits
  retrieval_top_score retrieval_documents guardrail_category guardrail_action guardrail_score idempotency_key tenant user session region locale client prompt_version app_version index_version arm scores attributes
holds: post patch child_runs
detect: >
  has_all(body, ['run_type', 'start_time'])
  or has_all(body, ['run_type', 'dotted_order'])
  or has_all(body, ['post', 'patch'])
  or coalesce(body -> '$.post[0].dotted_order', body -> '$.post[0].run_type', body -> '$.patch[0].dotted_order') is not null
  or has_all(body, ['run_id', 'key', 'score'])
*/
with
batched as (
    -- an ingest batch: what began, then what became of it
    select
        file,
        line,
        ord as batch,
        unnest(json_extract(body, '$.post[*]') || json_extract(body, '$.patch[*]')) as body,
        generate_subscripts(json_extract(body, '$.post[*]') || json_extract(body, '$.patch[*]'), 1) as place,
        len(json_extract(body, '$.post[*]')) as posts
    from records
    where 'ARRAY' in (json_type(body, '$.post'), json_type(body, '$.patch'))
),
gathered as (
    -- the parts of one run; a part without an id is refused by itself
    select
        file,
        line,
        batch,
        list(place order by place) as places,
        -- what a later part leaves null it leaves as it was
        list_reduce( -- noqa: PRS
            list(body order by place), lambda earlier, later: json_merge_patch(earlier, json_merge_patch('{}', later))
        ) as body,
        bool_or(place > posts) as patched
    from batched
    group by file, line, batch, coalesce(body ->> 'id', place::varchar)
),
parts as (
    select
        file,
        line,
        batch * 1000000 + unnest(places) as ord,
        case
            when generate_subscripts(places, 1) = 1 then body
            else json_merge_patch('{}', json_object(
                'id', body -> 'id', 'trace_id', body -> 'trace_id', 'dotted_order', body -> 'dotted_order',
                'start_time', body -> 'start_time'
            ))
        end as body,
        -- a patch whose run began in another batch is a part of that
        generate_subscripts(places, 1) > 1 or (patched and len(places) = 1) as folded,
        generate_subscripts(places, 1) > 1 as spent
    from gathered
    union all by name
    select
        file,
        line,
        ord * 1000000 + generate_subscripts([body] || nested_runs(body), 1) - 1 as ord,
        -- an SDK may dump a run with those that it caused inside
        without_nested(unnest([body] || nested_runs(body))) as body,
        has_all(body, ['run_id', 'key']) as folded,
        false as spent
    from records
    where not coalesce('ARRAY' in (json_type(body, '$.post'), json_type(body, '$.patch')), false)
),
named as (
    select
        *,
        from_json(body, '{
            "id": "json", "trace_id": "json", "parent_run_id": "json", "parent_run_ids": "json", "dotted_order": "varchar",
            "run_id": "json", "name": "json", "run_type": "varchar", "start_time": "json", "end_time": "json", "status": "varchar",
            "error": "json", "inputs": "json", "outputs": "json", "outputs_preview": "json", "inputs_preview": "json",
            "extra": "json", "tags": "json", "prompt_tokens": "json", "completion_tokens": "json", "total_tokens": "json",
            "prompt_token_details": "json", "completion_token_details": "json", "total_cost": "json", "prompt_cost": "json",
            "completion_cost": "json", "feedback_stats": "json", "thread_id": "json", "created_at": "json", "modified_at": "json",
            "key": "varchar", "score": "json", "value": "json", "comment": "varchar", "feedback_source": "json"}') as s
    from parts
),
opened as (
    select
        * exclude (s),
        s.* exclude (inputs, outputs, extra),
        -- a patch by itself says neither what ran nor how it was named
        coalesce(s.run_type = 'retriever' or (s.run_type is null and json_keys(s.outputs) = ['documents']), false) as retrieves,
        s.start_time is null and s.run_id is not null as is_feedback,
        parsed_text(s.inputs) as inputs,
        parsed_text(s.outputs) as outputs,
        from_json(parsed_text(s.extra), '{"metadata": "json", "invocation_params": "json"}') as e,
        string_split(nullif(s.dotted_order, ''), '.') as steps,
        json_text(nullif(parsed_text(s.error), '""')) as failure
    from named
),
told as (
    select
        *,
        metadata_of(e.metadata) as m,
        from_json(e.metadata, '{"ls_provider": "json", "ls_model_name": "json", "ls_temperature": "json", "revision_id": "json",
            "run_attempt": "json", "lc_hub_commit_hash": "json", "usage_metadata": "json"}') as ls,
        coalesce(
            run_type in ('llm', 'embedding'), coalesce(outputs -> '$.model', outputs -> '$.generations') is not null
        ) as calls,
        request_of(e.invocation_params) as p,
        request_of(inputs) as q,
        response_of(outputs) as r,
        error_class(failure) as class
    from opened
),
answered as (
    select
        *,
        message_of(coalesce(response_message(r), case when run_type = 'llm' then r.messages -> '$[#-1]' end)) as g,
        error_code(failure) as code,
        from_json(parsed_text(prompt_token_details), '{"cache_read": "json", "cache_creation": "json",
            "ephemeral_5m_input_tokens": "json", "ephemeral_1h_input_tokens": "json"}') as prompt_parts,
        from_json(parsed_text(completion_token_details), '{"reasoning": "json"}') as completion_parts,
        case when retrieves then
            coalesce(json_list_leaf(r.documents), json_list_leaf(outputs -> 'output'), json_list_leaf(outputs))
        end as found,
        json_object_leaf(parsed_text(feedback_stats)) as stats
    from told
),
used as (
    select
        *,
        record_rest(body, '{
            "id": null, "trace_id": null, "parent_run_id": null, "name": null, "start_time": null, "end_time": null,
            "inputs": null, "outputs": null, "prompt_tokens": null, "completion_tokens": null, "total_cost": null}') as rest,
        usage_of(coalesce(
            r.usage_metadata, g.usage_metadata, ls.usage_metadata, r.usage, r.llm_output.token_usage, g.response_metadata.token_usage
        )) as u,
        loose_number(prompt_tokens) as prompt,
        loose_number(completion_tokens) as completion,
        loose_number(prompt_parts.cache_read) as read,
        loose_number(details_write(prompt_parts)) as written,
        loose_number(total_cost) as cost
    from answered
),
counted as (
    select
        *,
        -- three zeros are how the API says that nobody counted
        coalesce(json_count(prompt), 0) + coalesce(json_count(completion), 0) > 0 as metered,
        usage_prompt(u) as u_prompt,
        usage_read(u) as u_read,
        usage_write(u) as u_written
    from used
)
select
    file,
    line,
    ord,
    body,
    folded,
    case when json_type(body) <> 'OBJECT' then 'not an object' end as refused,
    case when is_feedback then run_id else id end as id,
    coalesce(
        nullif(trace_id, '""'), to_json(regexp_extract(steps[1], 'Z(.+)$', 1)), case when is_feedback then '"@span"'::json end
    ) as trace_id,
    coalesce(
        nullif(parent_run_id, '""'), to_json(regexp_extract(steps[-2], 'Z(.+)$', 1)),
        case when steps is null then nullif(parsed_text(parent_run_ids) -> '$[#-1]', 'null') end
    ) as parent_id,
    case when not is_feedback and not spent then to_json(case run_type
        when 'llm' then 'llm'
        when 'tool' then 'tool'
        when 'retriever' then 'retrieval'
        when 'embedding' then 'embedding'
        else case
            when run_type is null and calls then 'llm'
            when coalesce(steps[-2], parent_run_id ->> '$', '') = '' then 'request'
            else 'other'
        end
    end) end as kind,
    "name" as name,
    m.route as route,
    m.feature as feature,
    coalesce(
        utc_leaf(start_time),
        to_json(nullif(regexp_replace(
            steps[-1], '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d+)Z.*$', '\1-\2-\3T\4:\5:\6.\7Z'
        ), steps[-1])),
        case when is_feedback then utc_leaf(coalesce(created_at, modified_at)) end
    ) as start,
    utc_leaf(end_time) as "end",
    to_json(case
        when failure is not null then outcome_of_failure(class, code)
        when status = 'error' then 'error'
        when status = 'success' or (status is null and end_time is not null) then 'ok'
    end) as status,
    to_json(class) as error_type,
    to_json(error_words(failure)) as error_message,
    to_json(code) as http_status,
    coalesce(
        case when loose_integer(coalesce(ls.run_attempt, m.attempt)) > 0 then loose_number(coalesce(ls.run_attempt, m.attempt)) end,
        to_json(try_cast(nullif(regexp_extract(parsed_text(tags)::varchar, '"retry:attempt:(\d+)"', 1), '') as integer))
    ) as attempt,
    m.fallback as fallback,
    ls.ls_provider as provider,
    case when calls then coalesce(p.model, p.model_name, q.model, ls.ls_model_name) end as model_requested,
    case when calls then coalesce(
        r.model, r.llm_output.model_name, r.llm_output.model, g.response_metadata.model_name, g.response_metadata.model,
        -- nothing has answered yet while a run goes on
        case when end_time is not null then coalesce(ls.ls_model_name, p.model, p.model_name, q.model) end
    ) end as model,
    -- input that lies elsewhere (S3) has left a preview, if anything
    coalesce(
        case when run_type = 'llm' then coalesce(
            with_system(q.system, q.messages)::varchar, case when json_array_length(q.prompts) = 1 then q.prompts ->> 0 end
        ) end,
        nullif(json_text(inputs), '{}'), json_text(inputs_preview)
    ) as input,
    coalesce(
        -- nothing is an answer only of a run that is over
        case when end_time is not null and outputs::varchar = '{}' and outputs_preview is null then '{}' end,
        nullif(response_words(outputs, r, g), '{}'), json_text(outputs_preview)
    ) as output,
    case when calls then coalesce(asks_json(p), asks_json(q)) end as output_format,
    case when calls then response_finish(r, g) end as finish_reason,
    case when metered then whole_input(prompt, read, written) else usage_in(u, u_prompt, u_read, u_written) end as input_tokens,
    case when metered then completion else usage_out(u) end as output_tokens,
    coalesce(read, u_read) as cache_read_tokens,
    coalesce(written, u_written) as cache_write_tokens,
    coalesce(loose_number(completion_parts.reasoning), usage_reasoning(u)) as reasoning_tokens,
    -- a run that made no call costs 0 because nobody measured it
    case when calls or json_number(cost) > 0 then
        coalesce(
            cost, loose_number(u.total_cost),
            to_json(json_money(loose_number(prompt_cost)) + json_money(loose_number(completion_cost)))
        )
    end as cost_usd,
    case when calls then loose_number(coalesce(ls.ls_temperature, p.temperature, q.temperature)) end as temperature,
    case when calls then loose_number(coalesce(p.seed, q.seed)) end as seed,
    metadata_cache(m) as cache_status,
    m.cache_key as cache_key,
    loose_number(m.cache_age_s) as cache_age_s,
    loose_number(m.cache_ttl_s) as cache_ttl_s,
    m.guardrail_category as guardrail_category,
    m.guardrail_action as guardrail_action,
    loose_number(m.guardrail_score) as guardrail_score,
    to_json(json_array_length(found)) as retrieval_hits,
    to_json(list_transform(json_extract(found, '$[*]'), lambda d: document_of(d))) as retrieval_documents,
    m.idempotency_key as idempotency_key,
    metadata_tenant(m) as tenant,
    coalesce(m.user_id, m."user") as "user",
    coalesce(m.session_id, m.thread_id, m.conversation_id, nullif(thread_id, '""')) as session,
    m.region as region,
    coalesce(m.locale, m.language) as locale,
    m.client as client,
    coalesce(m.prompt_version, ls.lc_hub_commit_hash) as prompt_version,
    coalesce(m.app_version, m.release, ls.revision_id) as app_version,
    m.index_version as index_version,
    m.arm as arm,
    case
        when is_feedback then to_json([{
            'name': key,
            'value': coalesce(loose_score(json_text(score)), loose_score(json_text(value))),
            'source': lower(parsed_text(feedback_source) ->> 'type'),
            'at': utc_leaf(created_at),
            'comment': coalesce(nullif(comment, ''), nullif(json_text(value), ''))
        }])
        when stats is not null then to_json(list_transform(
            json_keys(stats),
            lambda k: {
                'name': k,
                'value': try_cast(member(stats, k) ->> 'avg' as double),
                'source': 'feedback',
                'at': null,
                'comment': member(stats, k) ->> 'values'
            }
        ))
    end as scores,
    case when not is_feedback and not spent then
        merged(
            json_unfolded(rest),
            nullif(json_merge_patch('{}', json_object(
                'inputs', case
                    when run_type = 'llm' and q.messages is not null then nullif(record_rest(inputs, '{"messages": null}'), '{}')
                end,
                'outputs', nullif(response_rest(outputs, r), '{}')
            )), '{}')
        )
    end as attributes
from counted
