/*
title: Structured answers do not parse
question: Do more of the answers that were asked for as JSON than usual not parse as they stand?
needs: [output]
wants: [output_format]
rule: "7.1"
method: rate
unit: requests that asked for JSON
measure: {name: share of structured answers that do not parse, unit: share}
alone: 0.05
advice: >
  Look at the reasons of the signals - a fence or prose asks for a stricter prompt or the provider's JSON mode, a cut answer
  for a higher limit of tokens. Replay the examples through the caller's own parser; all must parse.
*/
with asked as (
    select trace_id, id from texts where output_format = 'json'
    union
    select trace_id, id from texts where in_json and left(ltrim(answer), 1) in ('{', '[')
    union
    select trace_id, id from signals where kind = 'malformed_answer'
)
select r.id, r.trace_id, r.start as "at", s.id is not null as bad
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'malformed_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0 and not t.called_tool
    and (r.output_format = 'json' or exists (select 1 from asked as a where a.trace_id = r.trace_id and a.id = r.answer_id))
