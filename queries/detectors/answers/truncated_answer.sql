/*
title: Answers stop short
question: Do more answers than usual end before their end?
needs: [output]
rule: "7.6"
method: rate
unit: requests
measure: {name: share of answers that stop short, unit: share}
alone: 0.2
advice: >
  Compare the limit of output tokens before and after the onset, and the length of the answers asked for; look for a proxy
  or a stream that is closed early. The share of answers cut must be back at its usual value.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'truncated_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0 and not t.called_tool
