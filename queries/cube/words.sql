/*
title: words
summary: how many people used each word in each slot of time; words of too few are left out
*/
with used as (
    select slot, actor, unnest(words) as word
    from asked
),
counted as (
    select word, slot, count(distinct actor) as people
    from used
    group by word, slot
)
select word, slot, people
from counted
qualify sum(people) over (partition by word) >= 5
order by word, slot
