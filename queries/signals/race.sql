/*
title: At the same time under one key
kind: race
says: >
  Requests on one idempotency key that overlapped in time, both with an effect, and whose answers differ. One that failed
  or was turned away while the other ran is none - that is what the key is for.
needs: [idempotency_key, status, duration_ms | end]
thresholds:
  .9: their answers differ
  .6: the log keeps no answer of either - two effects at once on one key all the same
  .3: the answers are alike, letter for letter - the second was given the result of the first
*/
select
    id, trace_id,
    case when answers > 1 then 0.9 when answered = 0 then 0.6 else 0.3 end::double as confidence,
    at_once || ' at once under one key'
        || case when answers > 1 then ', ' || answers || ' different answers' when answered = 0 then '' else ', one answer' end as reason
from effects
where at_once > 1 and requests_at_once > 1
