/*
title: A policy category that is stopped elsewhere passes
kind: guardrail_gap
says: >
  A guardrail let something pass (allow, or flag without stopping it) that this log stops in other places - by the category,
  and by the score or by the question itself. A harmless text that passes has a low score, or no report of the category.
needs: [guardrail_category, guardrail_action]
thresholds:
  - 0.9 - the very question was stopped at another time (three in ten times at least)
  - 0.85 - where it is stopped most, eight of ten such checks are (at least 20, or all of the log)
  - 0.6 - six of ten
  - 0.05 less where it was flagged
  - 0.3 - fewer - the guardrail itself wavers - a hint
*/
select
    id,
    trace_id,
    (case
        when is_repeated then 0.9
        when usual_share >= 0.8 then 0.85
        when usual_share >= 0.6 then 0.6
        else 0.3
    end - case when action = 'flag' then 0.05 else 0 end)::double as confidence,
    'passes with ' || action || ', elsewhere ' || case
        when is_repeated then 'the same question was stopped'
        else round(100 * usual_share)::integer || ' of 100 such checks are stopped'
    end || ': ' || left(category, 40) as reason
from guarded
where not is_stopped
