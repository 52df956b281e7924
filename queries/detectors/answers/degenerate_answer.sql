/*
title: Answers loop or are noise
question: Do more answers than usual repeat themselves or say nothing in any language?
needs: [output]
rule: "7.4"
method: rate
unit: requests
measure: {name: share of answers that loop or are noise, unit: share}
alone: 0.02
advice: >
  Compare temperature, penalties, stop sequences and the model's version before and after the onset; garbled characters
  point to the encoding between model and log. Replay the examples - none may loop - and watch output tokens, which
  loops run up.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'degenerate_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0 and not t.called_tool
