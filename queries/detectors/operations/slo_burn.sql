/*
title: The error budget burns
question: Is the budget of an objective spent so fast, in a long and in a short window, that someone should act?
needs: [status]
rule: "15.1"
method: burn
folds: false
unit: requests
measure: {name: burn rate of the error budget, unit: times}
params:
  latency_ms: {value: 0, why: "an objective of --config may ask for answers in time; 0 - it does not"}
  bad: {value: "", why: "an objective of --config may count kinds of bad answers too; names, divided by commas"}
advice: >
  Mend the cause that stands beside this finding first. Then look at the objective - is it the one you promised? State it in
  --config (slo), and page by these windows; the burn rate must fall under 1.
*/
with also_bad as (
    select distinct trace_id, id
    from signals
    where confidence >= 0.5 and list_contains(string_split($bad, ','), kind)
)
select
    r.id, r.trace_id, r.start as "at",
    r.status <> 'ok' or ($latency_ms > 0 and coalesce(r.duration_ms > $latency_ms, false)) or b.id is not null as bad
from request_facts as r
left join also_bad as b on r.trace_id = b.trace_id and (r.answer_id = b.id or (r.id = b.id and r.answer_id <> r.id))
where r.status is not null
