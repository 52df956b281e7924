/*
title: A request that ran out of time
kind: timeouts
says: >
  A request ended in a time-out, or was cancelled before it had an answer, or took longer than its time budget whatever
  its status says. A call below it that timed out and was made good is none.
needs: [status | duration_ms | end]
thresholds:
  .95: its status says timeout
  .9: longer than the time budget (`time_budget_s` in --config, else 30 s)
  .8: cancelled - somebody left, or a limit cut it off
  .7: its status says error or nothing, and the error or the HTTP code (408, 504, 524, 598) tells of a time-out
  .4: longer than the unsaid 30 s, in a run of five model calls and more of which none took so long - work takes what it takes
*/
with ended as (
    select
        r.root_id as id, r.trace_id, r.status, r.duration_ms,
        r.duration_ms > $time_budget_s * 1000 as over_budget,
        j.request_id is not null as is_work,
        coalesce(r.status, 'error') = 'error'
        and (s.http_status in (408, 504, 524, 598) or regexp_matches(concat_ws(' ', s.error_type, s.error_message), $lex_timed_out_latin))
            as tells
    from request_facts as r
    inner join spans as s on r.trace_id = s.trace_id and r.root_id = s.id
    left join long_runs as j
        on r.trace_id = j.trace_id and r.id = j.request_id and j.longest_ms <= $time_budget_s * 1000 and not $time_budget_is_set
)
select
    id, trace_id,
    case
        when status = 'timeout' then 0.95
        when over_budget and not is_work then 0.9
        when status = 'cancelled' then 0.8
        when tells then 0.7
        else 0.4
    end::double as confidence,
    case
        when status in ('timeout', 'cancelled') then 'ended ' || status
        when over_budget then 'longer than its budget of ' || round($time_budget_s)::bigint || ' s'
        else 'an error that tells of a time-out'
    end || coalesce(' after ' || round(duration_ms / 1000, 1) || ' s', '') as reason
from ended
where status in ('timeout', 'cancelled') or over_budget or tells
