/*
title: Done again under the same key
kind: duplicate_execution
says: >
  A second, third … effect under one idempotency key, begun after the one before had ended. The first is as it should be.
needs: [idempotency_key, status]
thresholds:
  .95: the same input again, or the log keeps none
  .7: another input under the same key
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
        when coalesce(e.input_hash = e.first_input, e.input_hash is null and e.first_input is null) then 0.95
        when h.reuses then 0.3
        else 0.7
    end::double as confidence,
    'effect ' || e.bout || ' under one key, '
        || round(date_diff('millisecond', e.first_start, e.start) / 1000.0, 1) || ' s after the first' as reason
from effects as e
cross join habit as h
where e.bout > 1 and e.start >= e.busy_until
