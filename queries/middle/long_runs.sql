/*
title: long_runs
summary: requests that are work rather than an answer - five model calls and more, with the longest of them
step: 4
why: >
  A person who asks waits for two or three calls. A run of five and more (an agent, a report) takes what it takes, and
  reads what its tools say: the 30 seconds that stand for an unsaid budget, and a tool that fails, mean less there.
*/
create or replace table long_runs as
select m.trace_id, m.request_id, count(*) as calls, max(s.duration_ms) as longest_ms
from spans as s
inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
where s.kind = 'llm'
group by m.trace_id, m.request_id
having count(*) >= 5
