/*
title: The log itself is at fault
question: Are there times without any record, repeated records, fields that stopped being logged, or clocks apart?
needs: [start]
rule: "5.1"
method: gap
unit: requests
measure: {name: share of requests whose records are damaged, unit: share}
params:
  regular: {value: 0.9, why: a field that a tenth of the records lacks was never meant to be there always}
  apart_s: {value: 1.0, why: clocks kept by NTP agree to some hundredths of a second}
  steady: {value: 0.25, why: a lag that varies by more than this part of itself is work put off and no clock}
  closer: {value: 0.5, why: of work that follows its caller's end the lag from there is the steadier one}
advice: >
  Look at the exporter before the product - queue limits, restarts, a changed SDK, two collectors on one stream. Until it is
  mended, read every other number of this time with care.
*/
-- a request whose output was lost: its call wrote more than a token, and no output is there
with lost as (
    select distinct r.trace_id, r.request_id
    from spans as s
    inner join span_request as r on s.trace_id = r.trace_id and s.id = r.id
    where s.kind = 'llm' and coalesce(s.status, 'ok') = 'ok' and s.output is null and s.output_tokens > 1
        and coalesce(s.finish_reason, '') <> 'tool_calls'
)
select f.id, f.trace_id, f.start as "at", l.request_id is not null as bad
from request_facts as f
left join lost as l on f.trace_id = l.trace_id and f.id = l.request_id
