/*
title: paid calls
summary: every call that cost something, with its place among the attempts and the steps of its request
why: >
  Retries and loops are told by order: the first paid attempt at an operation is the call that was wanted, further ones
  are retries. Attempts that cost nothing are no drivers of cost. Where the cost stands on one record and the tokens on
  others, the whole request is taken for one call, so that tokens can explain it.
*/
create or replace temp table paid_calls as
with leaves as (
    select
        r.request_id,
        u.trace_id,
        u.id,
        s.start,
        coalesce(s.model, s.model_requested, '') as model,
        coalesce(s.fallback, 'false') <> 'false' as fell_back,
        coalesce(o.operation_id, u.id) as operation,
        u.input_tokens,
        u.output_tokens,
        u.cache_read_tokens,
        u.cost_usd
    from leaf_usage as u
    inner join spans as s on u.trace_id = s.trace_id and u.id = s.id
    inner join span_request as r on u.trace_id = r.trace_id and u.id = r.id
    left join span_operation as o on u.trace_id = o.trace_id and u.id = o.id
),
apart as (
    select trace_id, request_id
    from leaves
    group by trace_id, request_id
    having
        bool_or(cost_usd > 0 and input_tokens is null and output_tokens is null)
        and bool_or(cost_usd is null and coalesce(input_tokens, output_tokens) is not null)
),
paid as (
    select l.*
    from leaves as l
    anti join apart as a on l.trace_id = a.trace_id and l.request_id = a.request_id
    where l.cost_usd > 0
    union all by name
    select
        f.id as request_id, f.trace_id, f.id, f.start, coalesce(f.model, '') as model,
        coalesce(f.fallback, 'false') <> 'false' as fell_back, f.id as operation,
        f.input_tokens, f.output_tokens, f.cache_read_tokens, f.cost_usd
    from request_facts as f
    inner join apart as a on f.trace_id = a.trace_id and f.id = a.request_id
    where f.cost_usd > 0
),
tried as (
    select
        *,
        row_number() over (partition by trace_id, operation order by start, id) as attempt,
        min(start) over (partition by trace_id, operation) as began
    from paid
)
select
    request_id,
    trace_id,
    id,
    model,
    fell_back,
    attempt,
    dense_rank() over (partition by trace_id, request_id order by began, operation) as step,
    greatest(coalesce(input_tokens, 0) - coalesce(cache_read_tokens, 0), 0)::double as fresh,
    least(coalesce(cache_read_tokens, 0), coalesce(input_tokens, cache_read_tokens, 0))::double as cached,
    coalesce(output_tokens, 0)::double as output,
    cost_usd::double as cost
from tried
