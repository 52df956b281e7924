/*
title: answers to one question
summary: the different answers that a question got under the same parameters, the most frequent first
why: >
  The question is the one of a request, span or trace named; else the one whose answers differ most in kind: first where
  they contradict, then by how many there are.
*/
with told as (
    select id, trace_id
    from signals
    where kind = 'inconsistent_answer' and confidence >= 0.5
),
ranked as (
    select
        r.question,
        count(t.id) as contradicting,
        count(distinct r.answer_key) as ways
    from repeats as r
    left join told as t on r.trace_id = t.trace_id and r.id = t.id
    where $id is null or $id in (r.id, r.trace_id, r.request_id)
    group by r.question
    order by contradicting desc, ways desc, r.question
    limit 1
)
select
    count(*) as given,
    count(t.id) as contradicting,
    min(r.start) as "first",
    max(r.start) as "last",
    list_sort(list_distinct(list(q.model))) as models,
    list_sort(list_distinct(list(q.index_version))) as index_versions,
    list_sort(list_distinct(list(r.cache_status))) as cache,
    arg_min(q.input, r.start) as question,
    arg_min(q.output, r.start) as answer,
    arg_min(r.request_id, r.start) as request_id
from repeats as r
inner join ranked as k on r.question = k.question
inner join requests as q on r.trace_id = q.trace_id and r.request_id = q.id
left join told as t on r.trace_id = t.trace_id and r.id = t.id
group by r.answer_key
order by given desc, "first";
