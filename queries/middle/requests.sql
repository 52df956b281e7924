/*
title: requests
summary: one logical request with what all its spans say together
step: 3
why: >
  A span without a parent is a request; several of one trace that are attempts at one operation are one request. A trace
  whose root was lost is held together by its first span. Text stays in spans - request_facts is narrow, and requests is
  the view with the text that people ask for.
*/
create or replace table span_request as
with recursive tops as (
    select s.trace_id, s.id, coalesce(o.operation_id, s.id) as request_id
    from spans as s
    left join span_operation as o on s.trace_id = o.trace_id and s.id = o.id
    where s.parent_id is null
),
per_trace as (
    select trace_id, count(distinct request_id) as requests, min(request_id) as request_id
    from tops
    group by trace_id
),
rootless as (
    select s.trace_id, arg_min(s.id, (s.start, s.id)) as request_id
    from spans as s
    anti join tops as t on s.trace_id = t.trace_id
    group by s.trace_id
),
crowded as (
    select s.trace_id, s.id, s.parent_id
    from spans as s
    inner join per_trace as p on s.trace_id = p.trace_id
    where p.requests > 1
),
walked as (
    select t.trace_id, t.id, t.request_id
    from tops as t
    inner join per_trace as p on t.trace_id = p.trace_id
    where p.requests > 1
    union
    select c.trace_id, c.id, w.request_id
    from walked as w
    inner join crowded as c on w.trace_id = c.trace_id and w.id = c.parent_id
),
lost as (
    select c.trace_id, c.id, arg_min(t.request_id, t.request_id) as request_id
    from crowded as c
    anti join walked as w on c.trace_id = w.trace_id and c.id = w.id
    inner join tops as t on c.trace_id = t.trace_id
    group by c.trace_id, c.id
)
select s.trace_id, s.id, p.request_id
from spans as s
inner join per_trace as p on s.trace_id = p.trace_id
where p.requests = 1
union all
select s.trace_id, s.id, r.request_id
from spans as s
inner join rootless as r on s.trace_id = r.trace_id
union all
select trace_id, id, request_id from walked
union all
select trace_id, id, request_id from lost;

create or replace table request_facts as
with roots as (
    -- the last attempt at the root speaks for the request
    select r.trace_id, r.request_id, arg_max(s.id, (s.start, coalesce(s.attempt, 0), s.id)) as root_id, min(s.start) as start
    from span_request as r
    inner join spans as s on r.trace_id = s.trace_id and r.id = s.id
    where s.parent_id is null or s.id = r.request_id
    group by r.trace_id, r.request_id
),
members as (
    select
        r.request_id,
        s.trace_id,
        count(*) as spans,
        max(s."end") as "end",
        -- where the last call of a model wrote nothing, no call of a tool before it is the answer
        case
            when arg_max(s.output is not null, (s.start, s.id)) filter (where s.kind = 'llm')
                then arg_max(s.id, (s.start, s.id)) filter (where s.kind = 'llm')
            else arg_max(s.id, (s.start, s.id)) filter (
                where s.output is not null and s.kind = 'llm' and s.finish_reason is distinct from 'tool_calls'
            )
        end as llm_answer_id,
        arg_max(s.id, (s.start, s.id)) filter (where s.output is not null and s.kind = 'request') as request_answer_id,
        arg_min(s.id, (s.start, s.id)) filter (where s.input is not null and s.kind in ('request', 'llm')) as question_id,
        arg_max(s.model, (s.start, s.id)) filter (where s.kind = 'llm') as llm_model,
        arg_min(s.model, (s.start, s.id)) as any_model,
        arg_max(s.model_requested, (s.start, s.id)) as model_requested,
        arg_max(s.provider, (s.start, s.id)) as provider,
        arg_max(s.finish_reason, (s.start, s.id)) filter (where s.kind in ('llm', 'request')) as finish_reason,
        arg_max(s.output_format, (s.start, s.id)) as output_format,
        arg_max(s.error_type, (s.start, s.id)) as error_type,
        arg_max(s.http_status, (s.start, s.id)) as http_status,
        arg_max(s.temperature, (s.start, s.id)) as temperature,
        arg_max(s.citations, (s.start, s.id)) as citations,
        arg_max(s.idempotency_key, (s.start, s.id)) as idempotency_key,
        arg_max(s.fallback, (s.start, s.id)) filter (where s.fallback <> 'false') as fallback,
        arg_max(s.cache_status, (s.start, s.id)) as cache_status,
        arg_max(s.cache_key, (s.start, s.id)) as cache_key,
        arg_max(s.cache_age_s, (s.start, s.id)) as cache_age_s,
        arg_max(s.cache_ttl_s, (s.start, s.id)) as cache_ttl_s,
        max(s.retrieval_hits) as retrieval_hits,
        max(s.retrieval_top_score) as retrieval_top_score,
        arg_min(s.name, (s.start, s.id)) as name,
        arg_min(s.route, (s.start, s.id)) as route,
        arg_min(s.feature, (s.start, s.id)) as feature,
        arg_min(s.tenant, (s.start, s.id)) as tenant,
        arg_min(s."user", (s.start, s.id)) as "user",
        arg_min(s.session, (s.start, s.id)) as session,
        arg_min(s.region, (s.start, s.id)) as region,
        arg_min(s.locale, (s.start, s.id)) as locale,
        arg_min(s.client, (s.start, s.id)) as client,
        arg_min(s.prompt_version, (s.start, s.id)) as prompt_version,
        arg_min(s.app_version, (s.start, s.id)) as app_version,
        arg_min(s.index_version, (s.start, s.id)) as index_version,
        arg_min(s.arm, (s.start, s.id)) as arm
    from span_request as r
    inner join spans as s on r.trace_id = s.trace_id and r.id = s.id
    group by r.request_id, s.trace_id
),
used as (
    select
        r.trace_id,
        r.request_id,
        sum(u.input_tokens)::bigint as input_tokens,
        sum(u.output_tokens)::bigint as output_tokens,
        sum(u.cache_read_tokens)::bigint as cache_read_tokens,
        sum(u.cost_usd)::decimal(18, 9) as cost_usd,
        case min(case u.cost_source when 'logged' then 1 when 'computed' then 2 when 'implied' then 3 else 4 end)
            when 1 then 'logged' when 2 then 'computed' when 3 then 'implied' else 'unknown'
        end as cost_source
    from span_request as r
    inner join leaf_usage as u on r.trace_id = u.trace_id and r.id = u.id
    group by r.trace_id, r.request_id
),
tried as (
    select r.trace_id, r.request_id, sum(o.attempts - 1)::integer as more, sum(o.retries)::integer as retries
    from operations as o
    inner join span_request as r on o.trace_id = r.trace_id and o.id = r.id
    where o.attempts > 1
    group by r.trace_id, r.request_id
)
select
    m.request_id as id,
    m.trace_id,
    t.start,
    coalesce(s."end", m."end") as "end",
    case
        when t.start = s.start then coalesce(s.duration_ms, date_diff('microsecond', t.start, m."end") / 1000.0)
        else date_diff('microsecond', t.start, coalesce(s."end", m."end")) / 1000.0
    end as duration_ms,
    -- an answer without a word of an error went well, where the log has no status
    coalesce(s.status, case
        when s.error_type is null and s.error_message is null and coalesce(s.http_status, 200) < 400
            and coalesce(m.llm_answer_id, m.request_answer_id) is not null then 'ok'
    end) as status,
    (1 + coalesce(a.more, 0))::integer as attempts,
    coalesce(a.retries, 0)::integer as retries,
    coalesce(case when s.fallback <> 'false' then s.fallback end, m.fallback) as fallback,
    u.input_tokens,
    u.output_tokens,
    u.cache_read_tokens,
    u.cost_usd,
    coalesce(u.cost_source, 'unknown') as cost_source,
    coalesce(s.model, m.llm_model, m.any_model) as model,
    coalesce(s.model_requested, m.model_requested) as model_requested,
    coalesce(s.provider, m.provider) as provider,
    coalesce(s.cache_status, m.cache_status) as cache_status,
    coalesce(s.cache_key, m.cache_key) as cache_key,
    coalesce(s.cache_age_s, m.cache_age_s) as cache_age_s,
    coalesce(s.cache_ttl_s, m.cache_ttl_s) as cache_ttl_s,
    coalesce(s.retrieval_hits, m.retrieval_hits) as retrieval_hits,
    coalesce(s.retrieval_top_score, m.retrieval_top_score) as retrieval_top_score,
    coalesce(s.finish_reason, m.finish_reason) as finish_reason,
    coalesce(s.output_format, m.output_format) as output_format,
    coalesce(s.error_type, m.error_type) as error_type,
    coalesce(s.http_status, m.http_status) as http_status,
    coalesce(s.temperature, m.temperature) as temperature,
    coalesce(s.citations, m.citations) as citations,
    coalesce(s.idempotency_key, m.idempotency_key) as idempotency_key,
    m.spans::integer as spans,
    s.kind,
    coalesce(s.name, m.name) as name,
    coalesce(s.route, m.route) as route,
    coalesce(s.feature, m.feature) as feature,
    coalesce(s.tenant, m.tenant) as tenant,
    coalesce(s."user", m."user") as "user",
    coalesce(s.session, m.session) as session,
    coalesce(s.region, m.region) as region,
    coalesce(s.locale, m.locale) as locale,
    coalesce(s.client, m.client) as client,
    coalesce(s.prompt_version, m.prompt_version) as prompt_version,
    coalesce(s.app_version, m.app_version) as app_version,
    coalesce(s.index_version, m.index_version) as index_version,
    coalesce(s.arm, m.arm) as arm,
    t.root_id,
    case when s.output is not null then t.root_id
        else coalesce(m.llm_answer_id, m.request_answer_id, t.root_id) end as answer_id,
    case when s.input is not null then t.root_id else coalesce(m.question_id, t.root_id) end as question_id
from members as m
inner join roots as t on m.trace_id = t.trace_id and m.request_id = t.request_id
inner join spans as s on t.trace_id = s.trace_id and t.root_id = s.id
left join used as u on m.trace_id = u.trace_id and m.request_id = u.request_id
left join tried as a on m.trace_id = a.trace_id and m.request_id = a.request_id;

create or replace view requests as
select
    f.* exclude (root_id, kind),
    f.start as start_time,
    f."end" as end_time,
    q.input,
    a.output
from request_facts as f
left join spans as q on f.trace_id = q.trace_id and f.question_id = q.id
left join spans as a on f.trace_id = a.trace_id and f.answer_id = a.id;

comment on view requests is 'one logical request, with what all its spans say together';
comment on column requests.id is 'id of the request: that of its first span';
comment on column requests.trace_id is 'trace the request belongs to';
comment on column requests.start is 'when it began, UTC';
comment on column requests."end" is 'when it ended, UTC; null when the log does not say';
comment on column requests.duration_ms is 'how long it took, in milliseconds, from its first attempt to its end';
comment on column requests.status is 'ok, error, timeout or cancelled, as its last attempt says; where none is told, ok without an error';
comment on column requests.attempts is 'attempts at the request and at the calls inside it, those that were not repeated counted once';
comment on column requests.retries is 'attempts after the first, fallbacks and hedges left out';
comment on column requests.fallback is 'what it fell back from; null when it did not or the log does not say';
comment on column requests.input_tokens is 'tokens in, summed over leaf calls';
comment on column requests.output_tokens is 'tokens out, summed over leaf calls';
comment on column requests.cache_read_tokens is 'tokens in that providers read from their prompt caches, summed over leaf calls';
comment on column requests.cost_usd is 'cost in US dollars, summed over leaf calls; null is unknown, never 0';
comment on column requests.cost_source is 'logged, computed (tokens and list prices), implied (the log''s other costs) or unknown';
comment on column requests.model is 'model that answered';
comment on column requests.model_requested is 'model that was asked for';
comment on column requests.provider is 'who served the model, in lower case';
comment on column requests.cache_status is 'hit, miss, bypass or write, of the application''s cache';
comment on column requests.cache_key is 'key of the cache entry';
comment on column requests.cache_age_s is 'age of the entry served, in seconds';
comment on column requests.cache_ttl_s is 'time the entry may live, in seconds';
comment on column requests.retrieval_hits is 'number of documents retrieved; 0 is a 0-hit';
comment on column requests.retrieval_top_score is 'best score among the documents retrieved';
comment on column requests.finish_reason is 'stop, length, content_filter, tool_calls and so on, vendors'' words mapped';
comment on column requests.output_format is 'text or json: what the caller asked for';
comment on column requests.error_type is 'class or code of the error';
comment on column requests.http_status is 'HTTP status code';
comment on column requests.temperature is 'sampling temperature';
comment on column requests.citations is 'ids of the documents the answer cites';
comment on column requests.idempotency_key is 'the same key must have one effect';
comment on column requests.spans is 'number of its spans';
comment on column requests.name is 'name of the operation';
comment on column requests.route is 'HTTP route';
comment on column requests.feature is 'product feature';
comment on column requests.tenant is 'customer organisation';
comment on column requests."user" is 'end user';
comment on column requests.session is 'conversation or session';
comment on column requests.region is 'region';
comment on column requests.locale is 'locale of the user, such as ko-KR';
comment on column requests.client is 'client application';
comment on column requests.prompt_version is 'version of the prompt';
comment on column requests.app_version is 'version of the application';
comment on column requests.index_version is 'version of the retrieval index';
comment on column requests.arm is 'stable, canary or shadow';
comment on column requests.answer_id is 'id of the span that carries the answer';
comment on column requests.question_id is 'id of the span that carries the question';
comment on column requests.start_time is 'start, under a name that SQL does not reserve';
comment on column requests.end_time is 'end, under a name that SQL does not reserve';
comment on column requests.input is 'what was asked: the input of the span question_id';
comment on column requests.output is 'what was answered: the output of the span answer_id';
