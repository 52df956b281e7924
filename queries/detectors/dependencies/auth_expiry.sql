/*
title: Credentials stopped working
question: Are calls of more requests than usual refused for their key, token, certificate or login?
needs: [http_status | error_type | error_message]
# the contract's line 2: whatever the refused calls caused - errors, retries, fallbacks, half answers - is a face of this
rule: "2.1"
method: rate
unit: requests
measure: {name: share of requests with a call refused for its credentials, unit: share}
alone: 0.1
advice: >
  Renew or roll back the key, token or certificate of the place named, and see when the next one expires. Renew before
  it expires, alert on the first refusal, and do not retry with the same key. Run the query again - not one may be left.
*/
with refused as (
    select
        m.trace_id, m.request_id, max(s.confidence) as confidence,
        arg_max(c.model, (s.confidence, c.start)) as model, arg_max(c.provider, (s.confidence, c.start)) as provider
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join spans as c on s.trace_id = c.trace_id and s.id = c.id
    where s.kind = 'auth_expiry' and s.confidence >= 0.5
    group by m.trace_id, m.request_id
)
select r.id, r.trace_id, r.start as "at", f.request_id is not null as bad, f.confidence as value,
    -- whose credentials they are: another model may have answered in the end
    f.model, f.provider
from request_facts as r
left join refused as f on r.trace_id = f.trace_id and r.id = f.request_id
