/*
title: Empty answers
question: Do more requests than usual end ok with an empty answer?
needs: [output]
rule: "7.2"
method: rate
unit: requests
measure: {name: share of requests answered with nothing, unit: share}
alone: 0.05
advice: >
  Replay the examples against the model named in the slice; look for a parser that drops the text, a stop sequence that
  comes first, or a budget spent on reasoning. The share must be back at its usual value.
*/
select r.id, r.trace_id, r.start as "at", case when s.id is not null then true when t.answer is not null then false end as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'empty_answer' and s.confidence >= 0.5
where r.status = 'ok'
