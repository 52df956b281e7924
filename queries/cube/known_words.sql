/*
title: known words
summary: what part of the other words of questions on a topic, and of all questions, was known before
why: >
  In a new language, or in pasted data, hardly a word is known; of a new topic people speak in words they always used. What
  came up together with the topic counts as neither: a topic may have more words than name it.
*/
with known as (
    select word
    from (select slot, unnest(words) as word from asked where slot < $split or slot >= $last)
    group by word
    having count(*) >= 2
),
asking as (
    select id, trace_id, actor, question_key, list_has_any(words, $topic) as mine, unnest(words) as word
    from asked
    where slot >= $split and slot < $last
),
parts as (
    select
        id, trace_id, any_value(actor) as actor, any_value(question_key) as question_key, any_value(mine) as mine,
        coalesce(avg((k.word is not null)::integer) filter (where not list_contains($fresh, a.word)), 0) as part
    from asking as a
    left join known as k on a.word = k.word
    group by id, trace_id
)
select
    count(*) filter (where mine) as n, count(distinct actor) filter (where mine) as people,
    count(distinct question_key) filter (where mine) as questions, count(*) as everyone,
    avg(part) filter (where mine) as part, avg(part) filter (where not mine) as usual
from parts
