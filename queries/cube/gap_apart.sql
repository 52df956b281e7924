/*
title: clocks apart
summary: requests of which a part begins before what caused it, or long after that ended, or ends after it by a clock
why: >
  A call cannot begin before its caller. One that begins a minute and more after its caller ended may be a job that was
  put off; it counts, and the caller looks whether the time between is always the same, as only a clock makes it. One that
  ends after its caller though it took less time counts where its sort is as late after the caller's beginning each time,
  and not after the caller's end, as work that follows an answer is.
*/
with pairs as (
    select
        c.trace_id,
        r.request_id,
        hash(c.kind, c.name, p.kind, p.name) as sort,
        date_diff('millisecond', p.start, c.start) / 1000.0 as lag_s,
        date_diff('millisecond', p."end", c.start) / 1000.0 as after_s,
        c."end" > p."end" + interval 1 second and c."end" - c.start <= p."end" - p.start as outlasts
    from spans as c
    inner join spans as p on c.trace_id = p.trace_id and c.parent_id = p.id
    inner join span_request as r on c.trace_id = r.trace_id and c.id = r.id
),
ahead as (
    select sort
    from pairs
    where outlasts and lag_s > $apart_s
    group by sort
    having count(*) >= 30 and mad(lag_s) <= $steady * median(lag_s) and mad(lag_s) <= $closer * mad(after_s)
),
apart as (
    select
        trace_id,
        request_id,
        case when lag_s < 0 or after_s > 60 or (outlasts and sort in (select a.sort from ahead as a)) then lag_s else 0.0 end as by_s
    from pairs
),
worst as (
    select trace_id, request_id, arg_max(by_s, (abs(by_s), by_s)) as ahead_s
    from apart
    group by trace_id, request_id
)
select f.id, f.trace_id, f.start as "at", abs(w.ahead_s) > $apart_s as bad, w.ahead_s as value
from worst as w
inner join request_facts as f on w.trace_id = f.trace_id and w.request_id = f.id
