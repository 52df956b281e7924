/*
title: Done again under the same key
kind: duplicate_execution
says: >
  A second, third … effect under one idempotency key, begun after the one before had ended, or beside it in the same
  request. The first is as it should be. Two requests at once on one key are a race.
needs: [idempotency_key, status]
thresholds:
  .95: the same input again, or the log keeps none
  .7: another input under the same key
  .7, at once: two effects at the same time in one request whose results differ
  .3: the same, in a log where most keys stand for several inputs (half of 20 or more) - they name a session or a job, and
    no single deed
*/
with habit as (
    select count(*) >= 20 and avg((inputs > 1)::integer) >= 0.5 as reuses
    from (select count(distinct input_hash) as inputs from effects group by tenant, idempotency_key, kind, name)
)
select
    e.id, e.trace_id,
    case
        when e.start < e.busy_until then 0.7
        when coalesce(e.input_hash = e.first_input, e.input_hash is null and e.first_input is null) then 0.95
        when h.reuses then 0.3
        else 0.7
    end::double as confidence,
    'effect ' || e.bout || ' under one key, '
        || round(date_diff('millisecond', e.first_start, e.start) / 1000.0, 1) || ' s after the first' as reason
from effects as e
cross join habit as h
where (e.bout > 1 and e.start >= e.busy_until)
    -- a wrapper that repeats what it wraps gives the same result
    or (e.start < e.busy_until and e.requests_at_once = 1 and e.answers > 1 and not h.reuses)
