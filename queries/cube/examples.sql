/*
title: examples
question: Which of the rows a finding hurts show it most clearly?
why: >
  The largest value first, where one was measured. Else the sort of trouble that lies here and hardly elsewhere: where answers
  without hits came at all times and weak hits came with the finding, a weak hit is what it is about. Within a sort the surest,
  and then no order at all, for the first ones in time may lie before the true onset.
*/
with hit as (
    select distinct on (trace_id, id) trace_id, id, value, "at"
    from hurt
    where candidate = $hurt
),
told as (
    select m.trace_id, m.request_id as id, s.kind, s.confidence, regexp_replace(left(s.reason, 60), '\d+', '0', 'g') as sort
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.confidence >= 0.5 and (s.kind = $kind or $sums)
    union all
    select trace_id, id, 'status', 1.0, coalesce(error_type, status)
    from request_facts
    where status <> 'ok' and $sums
),
sorts as (
    -- two cases more, for what occurs once says nothing
    select t.kind, t.sort, count(*) filter (where h.id is not null) / (count(*) + 2.0) as here
    from told as t
    left join hit as h on t.trace_id = h.trace_id and t.id = h.id
    group by t.kind, t.sort
),
shown as (
    select t.trace_id, t.id, max(round(s.here, 1)) as here, max(t.confidence) as confidence
    from told as t
    inner join sorts as s on t.kind = s.kind and t.sort = s.sort
    group by t.trace_id, t.id
)
select h.id
from hit as h
left join shown as s on h.trace_id = s.trace_id and h.id = s.id
order by
    h.value desc nulls last, s.here desc nulls last, s.confidence desc nulls last,
    case when s.here is not null then hash(h.trace_id, h.id) end, h."at", h.id
limit $most
