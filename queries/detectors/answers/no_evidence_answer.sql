/*
title: Answered without evidence
question: Do more answers than usual speak firmly with no hits, or with hits far under the usual score?
needs: [retrieval_hits, output]
rule: "9.2"
method: rate
unit: requests
measure: {name: share of answers given without evidence, unit: share}
alone: 0.1
advice: >
  Look at the index and the retriever first: hits and scores by index version and tenant around the onset. Let the
  prompt say so when nothing is found. The share of requests without hits must be back at its usual value, and these
  questions must be answered again.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'no_evidence_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0 and r.retrieval_hits is not null
