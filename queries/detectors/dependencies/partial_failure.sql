/*
title: Requests end ok though a part failed
question: Do more requests than usual end ok though a tool, a search or another call below them failed?
needs: [status, parent_id]
rule: "6.3"
method: rate
unit: requests that ended ok
measure: {name: share of requests that say ok though a part failed, unit: share}
alone: 0.2
advice: >
  Read what the failed part left out of the examples' answers. Say so in the answer or fail the request, and let the status
  tell it; mend the part that fails first. The share must be back at its usual value.
*/
with broken as (
    select m.trace_id, m.request_id, max(s.confidence) as confidence
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'partial_failure' and s.confidence >= 0.5
    group by m.trace_id, m.request_id
)
select
    r.id, r.trace_id, r.start as "at", b.request_id is not null as bad, b.confidence as value,
    -- in a long run a tool that fails is read and worked around (a test that is red, a page that is gone)
    j.request_id is null as by_itself
from request_facts as r
left join broken as b on r.trace_id = b.trace_id and r.id = b.request_id
left join long_runs as j on r.trace_id = j.trace_id and r.id = j.request_id
where r.status = 'ok'
