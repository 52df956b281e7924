/*
title: Too much is refused
question: Do more answers than usual decline what was asked?
needs: [output]
rule: "8.1"
method: rate
unit: requests
measure: {name: share of answers that decline, unit: share}
alone: 0.3
advice: >
  Read the examples - are these questions that should be served? Compare prompt, model and policy before and after the onset.
  Replay the refused questions and count how many are served.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
anti join attacked as a on r.trace_id = a.trace_id and r.id = a.request_id
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'refusal' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0
