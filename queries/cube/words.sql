/*
title: words
summary: how many people used each word in each slot of time; words of too few are left out
why: >
  What is only compared with may be a demo, in which few people ask what they can think of. Then their questions count,
  each once, as the people who ask as many in a slot (`$each` a person; null: people count there too).
*/
with used as (
    select slot, actor, question_key, unnest(words) as word
    from asked
),
counted as (
    select
        word, slot,
        case when slot < 0 and $each is not null then count(distinct hash(actor, question_key)) / $each
            else count(distinct actor) end as people
    from used
    group by word, slot
)
select word, slot, people
from counted
qualify sum(people) over (partition by word) >= 5
order by word, slot
