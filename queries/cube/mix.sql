/*
title: mix
summary: requests by value of each feature, in the window, in each half of what it is compared with, by group of users
why: >
  Twenty groups by hash of user or session, so that an interval can be made that knows that a user's requests are alike.
  The halves of the reference are its earlier and later part, whose distance is what the log does anyway.
*/
with sides as (
    select
        *,
        case when "at" >= $split and not is_baseline then 1 else 0 end as side,
        (hash(coalesce("user", session, id)) % 20)::integer as fold,
        -- by rank, so that equal lengths lie in one band whatever order they come in
        floor((rank() over (order by chars) - 1) * 20 / count(*) over ())::integer as chars_band
    from mixed
),
halves as (
    select
        * replace (case when side = 0 and "at" >= median("at") filter (where side = 0) over () then 2 else side end as side)
    from sides
),
long as (
    unpivot (
        select
            side, fold, script::varchar as script, client, locale, region,
            chars_band::varchar as chars, code::varchar as code, json::varchar as json, link::varchar as link,
            lines::varchar as lines, emoji::varchar as emoji, digits::varchar as digits
        from halves
    ) on script, client, locale, region, chars, code, json, link, lines, emoji, digits into name feature value content
)
select feature, content, side, fold, count(*) as n
from long
group by feature, content, side, fold
