/*
title: Retries pile up
question: Do requests that end well need more attempts than their like usually do?
needs: [status, attempt | parent_id | trace_id]
rule: "6.4"
method: rate
unit: requests that ended ok
measure: {name: share of requests that needed more attempts than usual, unit: share}
alone: 0.5
advice: >
  Cap attempts and add a retry budget (a tenth of the calls) with jitter; find what fails first in the examples. The
  share of retried requests and the cost per request must both come down.
*/
with own as (
    -- an operation that tries twice by habit is retried from its third attempt on
    select coalesce(route, feature, name, '') as operation, median(retries) as retries
    from request_facts
    where status = 'ok'
    group by operation
),
before as (
    -- a habit is what the time before knew: a storm that fills all of the window is none
    select coalesce(route, feature, name, '') as operation, median(retries) as retries
    from usual_facts
    where status = 'ok' and (is_baseline or start < $start)
    group by operation
),
usual as (
    select o.operation, coalesce(b.retries, o.retries) as retries
    from own as o
    left join before as b on o.operation = b.operation
)
select r.id, r.trace_id, r.start as "at", r.retries > u.retries as bad, r.retries as value
from request_facts as r
inner join usual as u on coalesce(r.route, r.feature, r.name, '') = u.operation
where r.status = 'ok'
