/*
title: Personal data or secrets stand in answers
question: Do more answers than usual hold somebody's personal data or a secret, echoes and public lines aside?
needs: [output]
# the contract names no line for it: after error texts, which may hold addresses, before all that only concerns wording
rule: "7.3.1"
method: rate
unit: requests
measure: {name: share of answers with personal data or a secret, unit: share}
alone: 0.01
min_bad: 3
hurts: data
advice: >
  Find where it comes from first - a document, a tool, the prompt, or another user's session - and stop that; a secret that was
  shown must be replaced. Then tell the people concerned. The examples show values masked; look them up in the log by their ids.
*/
select r.id, r.trace_id, r.start as "at", s.id is not null as bad, s.confidence as value
from request_facts as r
inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'pii_in_answer' and s.confidence >= 0.5
where r.status = 'ok'
    and t.answer_chars > 0
