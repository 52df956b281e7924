/*
title: A part failed, and the whole says ok
kind: partial_failure
says: >
  A request ended ok although an operation below it ended in an error or a time-out, all its attempts and fallbacks told;
  or a tool, retrieval or other call says ok, and what it gave back is an error text - the body of an error, frames of a
  stack, or a short sentence that tells of one. The first is a fact of the request, the second of the call.
needs: [status | output]
thresholds:
  - 0.95 - the whole result is what a machine writes for an error; or a tool or a search failed below a request that says ok
  - 0.9 - frames of a stack stand in it
  - 0.85 - another call failed - a guardrail, a cache, a plain HTTP call - below a request that says ok
  - 0.7 - a short result (under 400 characters) tells of an error; documents and logs that are read may tell of errors, so
    longer ones say nothing
*/
with said as (
    select distinct t.trace_id, t.answer_key
    from request_facts as r
    inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
),
results as (
    select x.id, x.trace_id, x.kind, x.answer_chars, left(x.answer, 600) as head
    from texts as x
    -- a chain that only hands on what the request says is no part of it
    left join said as s on x.kind = 'other' and x.trace_id = s.trace_id and x.answer_key = s.answer_key
    where s.trace_id is null and x.kind in ('tool', 'retrieval', 'embedding', 'http', 'other')
        and x.status = 'ok' and x.parent_id is not null and x.answer_chars between 2 and 20000
),
seen as (
    select
        *,
        regexp_matches(head, $lex_error_body_latin) as is_body,
        regexp_matches(head, $lex_error_trace_latin) as has_trace,
        answer_chars < 400 and regexp_matches(head, $lex_error_words_latin) as tells
    from results
),
broken as (
    select trace_id, id, parent_id, kind, name, start
    from operations
    where parent_id is not null and status in ('error', 'timeout')
),
made_good as (
    -- another call of the same sort went well after it: a fallback under a name of its own, or an agent that tried again
    select b.trace_id, b.id
    from broken as b
    inner join operations as o
        on b.trace_id = o.trace_id and b.parent_id = o.parent_id and b.kind = o.kind
        and o.start >= b.start and o.status = 'ok'
        and (o.fallbacks > 0 or o.name is not distinct from b.name or b.kind = 'llm')
),
failed as (
    select b.trace_id, m.request_id, b.kind, b.name
    from broken as b
    anti join made_good as g on b.trace_id = g.trace_id and b.id = g.id
    inner join span_request as m on b.trace_id = m.trace_id and b.id = m.id
),
facts as (
    select
        id, trace_id,
        case when is_body then 0.95 when has_trace then 0.9 else 0.7 end as confidence,
        kind || ' gave back an error: ' || regexp_replace(left(trim(head), 40), '\s+', ' ', 'g') as reason
    from seen
    where is_body or has_trace or tells
    union all
    select
        r.root_id, r.trace_id,
        max(case when f.kind in ('tool', 'retrieval', 'llm', 'embedding') then 0.95 else 0.85 end),
        'says ok, though ' || min(coalesce(f.name, f.kind)) || ' failed'
    from failed as f
    inner join request_facts as r on f.trace_id = r.trace_id and f.request_id = r.id
    where r.status = 'ok'
    group by r.root_id, r.trace_id
)
select id, trace_id, max(confidence)::double as confidence, arg_max(reason, (confidence, reason)) as reason
from facts
group by id, trace_id
