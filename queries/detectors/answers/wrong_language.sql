/*
title: Answered in another language
question: Do more answers than usual come in another language than was asked for?
needs: [input, output]
rule: "7.5"
method: rate
unit: requests
measure: {name: share of answers in another language, unit: share}
alone: 0.02
advice: >
  Look at the prompt's version and at what the slice's prompt says of language; a model switched to by a fallback often answers
  in its own. Replay the examples; each must be answered in the language of its question.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
anti join attacked as a on r.trace_id = a.trace_id and r.id = a.request_id
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'wrong_language' and s.confidence >= 0.5
where r.status = 'ok'
    and not t.called_tool
    -- labels, names and JSON have no language: a log of nothing else cannot tell
    and (s.id is not null or not t.in_json and strlen(t.answer) >= 20)
