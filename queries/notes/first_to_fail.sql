/*
title: which part failed first
kinds: [auth_expiry, error_burst, partial_failure, timeouts]
sentence:
  en: "First to fail: {part} ({kind}), in {share} of them."
  ko: "먼저 실패한 곳: {part}({kind}), 그중 {share}."
why: >
  Of the calls below a request that failed, the one that began first and has no failed call below it is where it started;
  the others had it from there. Said where one part is it in half of the requests, and in ten at least.
*/
with failed as (
    select h.trace_id, m.request_id, s.id, s.parent_id, s.kind, coalesce(s.name, s.model, s.kind) as part, s.start
    from (select distinct trace_id, id from hurt where candidate = $hurt) as h
    inner join span_request as m on h.trace_id = m.trace_id and h.id = m.request_id
    inner join spans as s on m.trace_id = s.trace_id and m.id = s.id
    where s.parent_id is not null and s.status in ('error', 'timeout')
),
deepest as (
    select f.*
    from failed as f
    anti join failed as below on f.trace_id = below.trace_id and f.id = below.parent_id
    qualify row_number() over (partition by f.trace_id, f.request_id order by f.start, f.id) = 1
),
wholes as (
    select count(*) as requests from (select distinct trace_id, id from hurt where candidate = $hurt)
)
select d.part, d.kind, count(*) / any_value(w.requests) as share
from deepest as d
cross join wholes as w
group by d.part, d.kind
having share >= 0.5 and count(*) >= 10
order by share desc, d.part
limit 1
