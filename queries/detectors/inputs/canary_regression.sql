/*
title: The canary is worse than the stable arm
question: Do requests of the canary or the shadow fail more, take longer, cost more, answer or please worse than stable ones?
needs: [arm]
rule: "1.1"
method: arms
unit: requests with an arm
measure: {name: share of requests that fail in one way or another, unit: share}
params:
  min_slowdown: {value: 1.15, why: "a seventh more time or money is the least that a release is stopped for"}
  min_dislike: {value: 0.3, why: "scores a third of their spread lower are seen by users; less is lost among them"}
  fewest: {value: 30, why: "requests of an arm below which nothing can be said of it"}
advice: >
  Stop the rollout, or take the canary out, until the cause is found - what differs is what was released to this arm. Then
  give it traffic again and watch this comparison; its interval may be looked at at any time.
*/
select
    r.id, r.trace_id, r.start as "at",
    coalesce(r.status <> 'ok', false) or w.id is not null as bad
from request_facts as r
left join bad_answers as w on r.trace_id = w.trace_id and r.answer_id = w.id and r.status = 'ok'
where r.arm is not null
