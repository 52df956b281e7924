/*
title: The answer declines
kind: refusal
says: >
  The answer declines, in full or in part, rightly or not. To say that nothing was found is abstention, to be sorry is an
  apology, to put off is a fallback; none of them is a refusal.
needs: [output]
thresholds:
  - 0.95 - the speaker says in the first sentences that he cannot or will not help, or the provider says so (finish reason)
  - 0.75 - he says so, and still begins to give something - declined in part
  - 0.6 - a plain "I have no access to that", given for privacy's sake; a judgement (illegal, wrong) with a pointer elsewhere in place
    of an answer; a refusal in the last sentence only
  - 0.4 - the question asked for a text in which somebody else speaks, or the last sentence is the usual note about
    professional advice - a hint
*/
with filtered as (
    select id, trace_id, finish_reason
    from texts
    where kind in ('request', 'llm') and finish_reason in ('content_filter', 'refusal', 'safety') and status = 'ok'
),
judged as (
    select
        id,
        trace_id,
        case
            when refuses_first and was_drafting then 0.4
            when refuses_first and complies then 0.75
            when refuses_first then 0.95
            when abstains_first and keeps_private and not complies then 0.6
            when judges and redirects and not complies then 0.6
            when refuses_last and (disclaims or was_drafting) then 0.4
            when refuses_last then 0.6
        end as confidence,
        case
            when refuses_first and was_drafting then 'declines, in a text that was asked for'
            when refuses_first and complies then 'declines in part'
            when refuses_first then 'declines'
            when abstains_first then 'declines for privacy'
            when judges then 'judges and points elsewhere instead of answering'
            when disclaims then 'a note that no advice is given'
            else 'declines at the end'
        end as reason
    from acts
)
select coalesce(j.id, f.id) as id, coalesce(j.trace_id, f.trace_id) as trace_id,
    case when f.id is not null then 0.95 else j.confidence end::double as confidence,
    case when f.id is not null then 'finish reason ' || f.finish_reason else j.reason end as reason
from judged as j
full join filtered as f on j.trace_id = f.trace_id and j.id = f.id
where f.id is not null or j.confidence is not null
