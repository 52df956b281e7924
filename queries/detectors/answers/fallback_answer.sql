/*
title: Fallback answers
question: Do more requests than usual get a canned, default or fallback answer?
needs: [output | fallback]
rule: "8.2"
method: rate
unit: requests
measure: {name: share of requests with a fallback answer, unit: share}
alone: 0.2
advice: >
  Find what the fallback covers up: time-outs, empty retrieval or a model that is not reached, in the same slice and hour. The
  share must fall when that is mended, and the first choice must answer again.
*/
select
    r.id, r.trace_id, r.start as "at",
    -- that nothing was found is an answer, which a cache may keep: it only repeats what was told once
    s.id is not null and not (r.cache_status = 'hit' and n.id is not null and r.fallback is null) as bad
from request_facts as r
anti join attacked as a on r.trace_id = a.trace_id and r.id = a.request_id
left join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
left join signals as s on r.trace_id = s.trace_id and r.answer_id = s.id and s.kind = 'fallback_answer' and s.confidence >= 0.5
left join acts as n
    on r.trace_id = n.trace_id and r.answer_id = n.id and (n.abstains_first or n.abstains_last) and not n.refuses_first and not n.puts_off
-- an error text is the same for all questions too, and is told as an error
anti join signals as e on r.trace_id = e.trace_id and r.answer_id = e.id and e.kind = 'error_as_answer' and e.confidence >= 0.5
where r.status = 'ok'
