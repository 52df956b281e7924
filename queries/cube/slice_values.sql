/*
title: slice values
summary: the values of each field that are frequent enough to be a slice
why: >
  Model, provider and the versions of prompt and index are known of requests that called a model or searched, and of no others
  (those served from a cache, or stopped by a guardrail). Where there is one of them, it confines nothing - it says only that
  a call was made.
*/
with long as (
    unpivot (select * exclude (id, trace_id, is_baseline, start, cost_usd, who) from all_dimensions)
    on columns(*) into name field value content
),
counted as (
    select field, content, count(*) as n
    from long
    group by field, content
),
ranked as (
    select
        *,
        row_number() over (partition by field order by n desc, content) as place,
        count(*) over (partition by field) as contents
    from counted
    where n >= 30
)
select field, content
from ranked
where place <= 60 and (contents > 1 or field not in ('provider', 'model', 'prompt_version', 'index_version'))
