/*
title: slow
summary: whether each request took longer than 95 in 100 of its like usually do
why: >
  An answer longer than usual is slow only when each of its tokens took longer too.
*/
with barred as (
    select
        d.id, d.trace_id, d.is_baseline, d.duration_ms, d.output_tokens,
        coalesce(g.p95, w.p95) as p95,
        coalesce(g.tokens, w.tokens) as tokens,
        coalesce(g.ms_a_token, w.ms_a_token) as ms_a_token
    from durations as d
    left join usual_times as g on d.grp = g.grp
    left join usual_times as w on d.wider = w.wider
)
select
    id, trace_id, is_baseline,
    duration_ms > p95 and not coalesce(output_tokens > tokens and duration_ms <= output_tokens * ms_a_token, false) as slow
from barred
