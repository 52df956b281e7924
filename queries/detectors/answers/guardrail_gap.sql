/*
title: A policy category passes that is stopped elsewhere
question: Is there a place or a time in which what the guardrail stops elsewhere passes?
needs: [guardrail_category, guardrail_action]
rule: "8.4"
method: passes
unit: checks that elsewhere would have been stopped
measure: {name: share of risky checks that pass, unit: share}
min_bad: 3
min_units: 10
params:
  always: {value: 0.5, why: "a gap that was there from the first day on is a place in which at least half of such checks pass"}
advice: >
  Compare the guardrail's configuration of the named slice with one that stops - category list, threshold, version, language.
  Replay the examples through it; each must be stopped again. Then look at what the answers to them said.
*/
-- the value stands for the category, so that the method can look at each by itself
select
    g.request_id as id, g.trace_id, r.start as "at",
    bool_or(coalesce(s.confidence >= 0.5, false)) as bad,
    (hash(g.category) % 1000003)::double as value
from guarded as g
inner join request_facts as r on g.trace_id = r.trace_id and g.request_id = r.id
left join signals as s on g.trace_id = s.trace_id and g.id = s.id and s.kind = 'guardrail_gap'
group by g.request_id, g.trace_id, r.start, g.category
