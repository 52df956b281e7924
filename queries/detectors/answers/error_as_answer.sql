/*
title: Errors are served as answers
question: Do more requests than usual end ok with an error text as their answer?
needs: [output]
rule: "7.3"
method: rate
unit: requests
measure: {name: share of requests answered with an error text, unit: share}
alone: 0.02
advice: >
  Find who turns the failure into an answer - a gateway, a tool, a catch-all - and let it fail with a status; then the
  error rate shows what this share shows now.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'error_as_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0
