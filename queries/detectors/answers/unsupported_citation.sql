/*
title: Answers cite what was not retrieved
question: Do more of the answers that cite name a document that was not retrieved for them than usual?
needs: [citations | output, retrieval_documents | retrieval_hits]
wants: [citations, retrieval_documents]
rule: "9.1"
method: rate
unit: answers that cite
measure: {name: share of citing answers that cite what was not retrieved, unit: share}
alone: 0.05
advice: >
  Compare the cited names with the documents of the same request - are they invented, from an older index, or another
  tenant's? Check citations against the documents before they are shown. The share must be back at its usual value.
*/
with citing as (
    select distinct trace_id, request_id from cited where is_listed or is_known or is_of_form or beside > 1
),
unsupported as (
    select distinct m.trace_id, m.request_id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'unsupported_citation' and s.confidence >= 0.5
)
select r.id, r.trace_id, r.start as "at", u.request_id is not null as bad
from request_facts as r
inner join citing as c on r.trace_id = c.trace_id and r.id = c.request_id
left join unsupported as u on r.trace_id = u.trace_id and r.id = u.request_id
where r.status = 'ok'
