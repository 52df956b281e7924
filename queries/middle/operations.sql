/*
title: operations
summary: one intended call with its attempts - retries, fallbacks and hedges folded together
step: 1
why: >
  Siblings (same trace, parent, kind and name) are attempts at one operation when the log numbers them, when one follows
  a failed one with the same input, or when two with the same input overlap (a hedge). Calls of an agent that merely
  share a name are steps, not attempts - each has an input of its own or follows a success.
*/
create or replace table span_operation as
with crowded as (
    select trace_id, parent_id, kind, name
    from spans
    group by all
    having count(*) > 1
),
siblings as (
    select
        s.trace_id, s.parent_id, s.kind, s.name, s.id, s.start, s."end", s.attempt, s.fallback,
        coalesce(s.status, 'ok') as status,
        hash(s.input) as input_key,
        s.input is null as no_input
    from spans as s
    inner join crowded as c
        on s.trace_id = c.trace_id
        and s.parent_id is not distinct from c.parent_id
        and s.kind = c.kind
        and s.name is not distinct from c.name
),
neighbours as (
    select
        *,
        lag(attempt) over w as last_attempt,
        lag(status) over w as last_status,
        lag(input_key) over w as last_input,
        lag(no_input) over w as last_no_input,
        lag("end") over w as last_end,
        row_number() over w as place
    from siblings
    window w as (partition by trace_id, parent_id, kind, name order by start, coalesce(attempt, 0), id)
),
marked as (
    select
        *,
        case
            when place = 1 then false
            when attempt is not null and last_attempt is not null then attempt > last_attempt
            when attempt > 1 then true
            when input_key <> last_input and not no_input and not last_no_input then false
            when last_status <> 'ok' then true
            when fallback is not null and fallback <> 'false' then true
            else coalesce(not no_input and start < last_end and input_key = last_input, false)
        end as joins_last,
        place > 1 and start < last_end as concurrent_with_last
    from neighbours
),
numbered as (
    select *, count(*) filter (where not joins_last) over w as operation
    from marked
    window w as (partition by trace_id, parent_id, kind, name order by place)
)
select
    trace_id,
    id,
    first_value(id) over (partition by trace_id, parent_id, kind, name, operation order by place) as operation_id,
    joins_last and concurrent_with_last and last_status in ('ok', 'cancelled') as hedge
from numbered;

create or replace table operations as
select
    coalesce(o.operation_id, s.id) as id,
    s.trace_id,
    any_value(s.parent_id) as parent_id,
    any_value(s.kind) as kind,
    any_value(s.name) as name,
    min(s.start) as start,
    max(s."end") as "end",
    coalesce(date_diff('microsecond', min(s.start), max(s."end")) / 1000.0, sum(s.duration_ms)) as duration_ms,
    arg_max(s.status, (s.start, s.id)) as status,
    arg_min(s.status, (s.start, s.id)) as first_status,
    arg_max(s.model, (s.start, s.id)) as model,
    arg_max(s.provider, (s.start, s.id)) as provider,
    min(s.tenant) as tenant,
    greatest(count(*), coalesce(max(s.attempt), 1))::integer as attempts,
    (greatest(count(*), coalesce(max(s.attempt), 1)) - 1 - count(*) filter (where o.hedge))::integer as retries,
    count(*) filter (where s.fallback is not null and s.fallback <> 'false')::integer as fallbacks,
    (count(*) filter (where o.hedge))::integer as hedges,
    sum(s.input_tokens)::bigint as input_tokens,
    sum(s.output_tokens)::bigint as output_tokens,
    sum(s.cost_usd) as cost_usd,
    min(s.start) as start_time,
    max(s."end") as end_time
from spans as s
left join span_operation as o on s.trace_id = o.trace_id and s.id = o.id
group by s.trace_id, coalesce(o.operation_id, s.id);

comment on table operations is 'one intended call with its attempts: retries, fallbacks and hedges folded together';
comment on column operations.id is 'id of its first attempt';
comment on column operations.trace_id is 'trace it belongs to';
comment on column operations.parent_id is 'the span that intended it';
comment on column operations.kind is 'kind of its spans';
comment on column operations.name is 'name of its spans';
comment on column operations.start is 'when the first attempt began, UTC';
comment on column operations."end" is 'when the last attempt ended, UTC';
comment on column operations.duration_ms is 'from the first attempt''s start to the last one''s end, in milliseconds';
comment on column operations.status is 'status of the last attempt';
comment on column operations.first_status is 'status of the first attempt';
comment on column operations.model is 'model of the last attempt';
comment on column operations.provider is 'provider of the last attempt';
comment on column operations.tenant is 'customer organisation';
comment on column operations.attempts is 'number of attempts, by count or as numbered in the log';
comment on column operations.retries is 'attempts after the first that did not overlap the one before';
comment on column operations.fallbacks is 'attempts that fell back to something else';
comment on column operations.hedges is 'attempts sent while another was still under way';
comment on column operations.input_tokens is 'tokens in over all attempts';
comment on column operations.output_tokens is 'tokens out over all attempts';
comment on column operations.cost_usd is 'logged cost over all attempts, in US dollars';
comment on column operations.start_time is 'start, under a name that SQL does not reserve';
comment on column operations.end_time is 'end, under a name that SQL does not reserve';
