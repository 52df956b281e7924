/*
title: One small slice fares badly
question: Is there a slice of two or three fields that fails far more than the average tells?
needs: [status | output | scores, tenant | client | region | locale | route | feature | model]
# the contract's line 13 puts a single sort of failure inside such a slice into `also`, so it is asked before those sorts
rule: "2.13"
method: small_slices
unit: requests
measure: {name: share of requests that fail in one way or another, unit: share}
params:
  largest: {value: 0.06, why: "a slice of more than six in a hundred requests moves the average itself"}
  one_sort: {value: 0.7, why: "where so much of the harm is of one sort, that sort's own kind says it better"}
advice: >
  Replay the examples, and the same requests with one field of the slice changed - what differs is the cause (a client's
  encoding, a locale's template, a tenant's settings). Watch this slice by itself - the average will not show it.
*/
with scales as (
    -- a score is bad when it is a thumb down, or under the usual lowest twentieth of its name (above it, where less is better)
    select
        name, min(value) as lowest, count(*) as n,
        quantile_cont(value, 0.05) as floor, quantile_cont(value, 0.95) as ceiling
    from given_scores
    group by name
),
rated as (
    select
        g.request_id, g.trace_id,
        bool_or(case
            when s.lowest < 0 then g.value < 0
            when s.n < 40 then false
            when list_contains(string_split($lower_is_better, ','), g.name) then g.value > s.ceiling
            else g.value < s.floor
        end) as badly
    from given_scores as g
    inner join scales as s on g.name = s.name
    group by g.request_id, g.trace_id
)
select
    r.id, r.trace_id, r.start as "at",
    r.status in ('error', 'timeout') or w.way is not null or coalesce(s.badly, false) as bad,
    case
        when r.status in ('error', 'timeout') then hash('error')
        when w.way is not null then hash(w.way)
        when s.badly then hash('scores')
    end % 1000003 as value
from request_facts as r
left join bad_answers as w on r.trace_id = w.trace_id and r.answer_id = w.id
left join rated as s on r.trace_id = s.trace_id and r.id = s.request_id
