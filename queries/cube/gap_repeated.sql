/*
title: repeated records
summary: requests of which a record repeats another's content under another id
why: >
  Two records that begin at the same moment and agree in all they say are one that was written twice. Records that say
  too little to be told apart (no text, no tokens) are left out.
*/
with prints as (
    select
        trace_id,
        id,
        hash(
            kind, name, start, duration_ms, status, attempt, model, input, output, input_tokens, output_tokens, cost_usd,
            tenant, "user", session, route
        ) as content
    from spans
    where input is not null or output is not null or input_tokens is not null
),
copies as (
    select trace_id, id
    from prints
    where content in (select content from prints group by content having count(*) > 1)
    qualify row_number() over (partition by content order by trace_id, id) > 1
),
repeated as (
    select r.trace_id, r.request_id
    from copies as c
    inner join span_request as r on c.trace_id = r.trace_id and c.id = r.id
    group by r.trace_id, r.request_id
)
select f.id, f.trace_id, f.start as "at", p.request_id is not null as bad
from request_facts as f
left join repeated as p on f.trace_id = p.trace_id and f.id = p.request_id
