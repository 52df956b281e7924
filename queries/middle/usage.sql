/*
title: usage
summary: tokens and cost of leaf calls, each counted once
step: 2
why: >
  Wrappers repeat what the call inside them used (an SDK span around an HTTP span, a chain around a model). A span
  counts when nothing below it has usage of that sort. A computed cost does not count below a root that logged its own.
*/
create or replace table leaf_usage as
with recursive above_tokens as (
    select trace_id, parent_id as id
    from spans
    where parent_id is not null and (input_tokens is not null or output_tokens is not null)
    union
    select s.trace_id, s.parent_id
    from above_tokens as a
    inner join spans as s on a.trace_id = s.trace_id and a.id = s.id
    where s.parent_id is not null
),
above_cost as (
    select trace_id, parent_id as id
    from spans
    where parent_id is not null and cost_usd is not null
    union
    select s.trace_id, s.parent_id
    from above_cost as a
    inner join spans as s on a.trace_id = s.trace_id and a.id = s.id
    where s.parent_id is not null
),
owners as (
    -- each trace once: several roots of one trace would multiply what lies below them
    select distinct s.trace_id
    from spans as s
    left join above_cost as a on s.trace_id = a.trace_id and s.id = a.id
    where s.parent_id is null and s.cost_usd is not null and a.id is null
),
used as (
    select
        s.trace_id, s.id, s.parent_id, s.input_tokens, s.output_tokens, s.cache_read_tokens,
        c.cost_usd, c.cost_source,
        t.id is null as leaf_tokens,
        m.id is null as leaf_cost,
        w.trace_id is not null and s.parent_id is not null as owned
    from spans as s
    left join span_costs as c on s.trace_id = c.trace_id and s.id = c.id
    left join above_tokens as t on s.trace_id = t.trace_id and s.id = t.id
    left join above_cost as m on s.trace_id = m.trace_id and s.id = m.id
    left join owners as w on s.trace_id = w.trace_id
    where s.input_tokens is not null or s.output_tokens is not null or c.cost_source is not null
)
select
    trace_id,
    id,
    case when leaf_tokens then input_tokens end as input_tokens,
    case when leaf_tokens then output_tokens end as output_tokens,
    case when leaf_tokens then cache_read_tokens end as cache_read_tokens,
    case
        when cost_source = 'logged' and leaf_cost then cost_usd
        when cost_source <> 'logged' and leaf_tokens and leaf_cost and not owned then cost_usd
    end as cost_usd,
    case
        when cost_source = 'logged' and leaf_cost then cost_source
        when cost_source <> 'logged' and leaf_tokens and leaf_cost and not owned then cost_source
    end as cost_source
from used;
