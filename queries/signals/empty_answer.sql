/*
title: Nothing was answered
kind: empty_answer
says: >
  Status ok, and the output is absent, blank, or a serialised nothing (null, {}, [], ""), on a request or llm span that
  called no tool. A null that the question asked for is an answer.
needs: [output]
thresholds:
  - 1.0 - the output is there and holds nothing
  - 0.9 - it is absent where the same operation's outputs are logged
  - 0.5 of logged outputs - an operation (kind and name) records outputs if half of its spans have one or one is blank; an
    operation that never logged one is judged by its kind only while it has fewer than 20 spans, too few to be a habit
  - 1 token - an absent output with more output tokens was lost by the log, not by the model (a stop token counts as one)
*/
with habits as (
    select
        kind,
        coalesce(name, route, '') as operation,
        count(*) as spans,
        count(*) filter (where has_output) as logged
    from texts
    where kind in ('request', 'llm') and status = 'ok'
    group by kind, operation
),
recording as (
    select
        kind,
        operation,
        logged >= 0.5 * spans
        or (logged = 0 and spans < 20 and sum(logged) over (partition by kind) >= 0.5 * sum(spans) over (partition by kind))
        or (logged > 0 and sum(logged) over (partition by kind) >= 0.5 * sum(spans) over (partition by kind)) as records
    from habits
),
children as (
    -- a request without an output of its own whose model answered: the log keeps answers on the model's span
    select distinct trace_id from texts where kind = 'llm' and parent_id is not null and not called_tool and length(trim(answer)) > 0
),
acting as (
    -- the last thing the request did was to call a tool: its answer is the deed. Of its tokens, those of its last call
    -- tell whether anything was said: the calls before it wrote the calls of tools
    select
        trace_id,
        arg_max(called_tool, (start, id)) as acted,
        nullif(arg_max(coalesce(output_tokens, -1), (start, id)), -1) as tokens
    from texts
    where kind = 'llm' and parent_id is not null
    group by trace_id
),
modelless as (
    -- a request of several spans that called no model (an embedding, a health check) has no answer to log
    select r.trace_id
    from request_facts as r
    where r.spans > 1 and r.trace_id not in (select trace_id from texts where kind = 'llm')
),
nothings as (
    select *
    from texts
    where kind in ('request', 'llm') and status = 'ok' and not called_tool
        and (answer is null or (length(answer) < 200 and regexp_matches(answer, $lex_nothing_latin)))
)
select
    n.id,
    n.trace_id,
    case when n.has_output then 1.0 else 0.9 end::double as confidence,
    case
        when n.answer is null then 'no output'
        when length(trim(n.answer)) = 0 then 'blank output'
        else 'output is ' || trim(n.answer)
    end as reason
from nothings as n
inner join recording as r on n.kind = r.kind and coalesce(n.name, n.route, '') = r.operation
left join children as c on n.trace_id = c.trace_id and n.kind = 'request'
left join modelless as m on n.trace_id = m.trace_id and n.kind = 'request'
left join acting as a on n.trace_id = a.trace_id and n.kind = 'request'
where
    (n.has_output or (r.records and coalesce(a.tokens, n.output_tokens, 0) <= 1 and c.trace_id is null and m.trace_id is null))
    and (n.has_output or not coalesce(a.acted, false))
    and not (
        n.has_output and length(trim(n.answer)) > 1
        and regexp_matches(coalesce(n.question_head, ''), $lex_null_wanted_latin)
        and not regexp_matches(coalesce(n.question_head, ''), $lex_null_unwanted_latin)
    )
