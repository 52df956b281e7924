/*
title: Questions about something new
question: Do people ask about something that the baseline never had?
needs: [input]
rule: "12.2"
method: topics
unit: questions
measure: {name: share of questions about something new, unit: share}
hurts: none
params:
  min_share: {value: 0.005, why: "fewer than one question in two hundred is no topic yet"}
  fewest: {value: 20, why: "questions from which a topic is more than an anecdote"}
  people: {value: 5, why: "a topic is what several people ask about; one who repeats himself is none"}
advice: >
  Read the examples and their answers - can the system know this? Add documents or a route for it, put these questions into
  the evaluation set, and name the new state as the baseline.
*/
select r.id, r.trace_id, r.start as "at", false as bad
from request_facts as r
inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
where length(q.question_head) >= 3
