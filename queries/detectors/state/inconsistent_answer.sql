/*
title: The same question gets contradicting answers
question: Do more fresh answers than usual contradict the other answers to their question?
needs: [input, output]
rule: "9.3"
method: rate
unit: fresh answers to repeated questions
measure: {name: share of fresh answers that contradict the others, unit: share}
advice: >
  Compare the examples with the answers of the same question before the onset; look at what changed in model, prompt, index
  and retrieval order, and at the temperature. Replay the questions ten times each; they must agree again.
*/
select
    p.request_id as id, p.trace_id, p.start as "at", s.id is not null as bad, s.confidence as value
from repeats as p
left join signals as s on p.trace_id = s.trace_id and p.id = s.id and s.kind = 'inconsistent_answer' and s.confidence >= 0.5
where p.cache_status is distinct from 'hit'
