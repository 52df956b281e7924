/*
title: facts on the state of a log
summary: counts of spans with relative times, told twice under two ids, ending before they begin, or without their parent
*/
with
alike as (
    -- small columns first: only spans that agree in all of them can agree in their texts
    select hash(start, "end", kind, name, "user", input_tokens, output_tokens) as look
    from $schema.spans
    where "end" > start
    group by look
    having count(*) > 1
),
twins as (
    select count(*) - 1 as extra
    from $schema.spans
    where
        "end" > start
        and hash(start, "end", kind, name, "user", input_tokens, output_tokens) in (select a.look from alike as a)
    group by
        start, "end", kind, name, model, tenant, "user", session, status, input_tokens, output_tokens, cost_usd,
        hash(input), hash(output)
    having count(*) > 1 and count(distinct id) > 1
),
orphans as (
    select count(*) as n
    from $schema.spans
    where parent_id is not null and hash(trace_id, parent_id) not in (select hash(s.trace_id, s.id) from $schema.spans as s)
)
select
    count(*) as spans,
    count_if(start < timestamp '2000-01-01') as relative,
    count_if("end" < start) as backwards,
    (select coalesce(sum(extra), 0)::bigint from twins) as twins,
    (select n from orphans) as orphans
from $schema.spans
