/*
title: facts on the state of a log
summary: counts of spans with relative times, told twice under two ids, ending before they begin, or without their parent
*/
with
twins as (
    -- small columns first: only rows that agree in all of them may agree in their texts
    select count(*) - 1 as extra
    from $schema.spans
    where duration_ms is not null
    group by start, "end", kind, name, model, tenant, "user", session, status, input_tokens, output_tokens, cost_usd,
        hash(input), hash(output)
    having count(*) > 1 and count(distinct id) > 1
),
orphans as (
    select count(*) as n
    from $schema.spans as s
    where s.parent_id is not null
        and not exists (select 1 from $schema.spans as p where p.trace_id = s.trace_id and p.id = s.parent_id)
)
select
    count(*) as spans,
    count_if(start < timestamp '2000-01-01') as relative,
    count_if("end" < start) as backwards,
    (select coalesce(sum(extra), 0)::bigint from twins) as twins,
    (select n from orphans) as orphans
from $schema.spans
