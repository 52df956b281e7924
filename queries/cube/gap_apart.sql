/*
title: clocks apart
summary: requests of which a part begins before what caused it, or long after that ended
why: >
  A call cannot begin before its caller. One that begins a minute and more after its caller ended may be a job that was
  put off; it counts, and the caller looks whether the time between is always the same, as only a clock makes it.
*/
with pairs as (
    select
        c.trace_id,
        r.request_id,
        case
            when c.start < p.start then date_diff('millisecond', p.start, c.start) / 1000.0
            when c.start > p."end" + interval 1 minute then date_diff('millisecond', p.start, c.start) / 1000.0
            else 0.0
        end as ahead_s
    from spans as c
    inner join spans as p on c.trace_id = p.trace_id and c.parent_id = p.id
    inner join span_request as r on c.trace_id = r.trace_id and c.id = r.id
),
worst as (
    select trace_id, request_id, arg_max(ahead_s, abs(ahead_s)) as ahead_s
    from pairs
    group by trace_id, request_id
)
select f.id, f.trace_id, f.start as "at", abs(w.ahead_s) > $apart_s as bad, w.ahead_s as value
from worst as w
inner join request_facts as f on w.trace_id = f.trace_id and w.request_id = f.id
