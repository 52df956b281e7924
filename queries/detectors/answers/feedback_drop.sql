/*
title: Scores fell
question: Do users' or judges' scores fall, each name of score by itself?
needs: [scores]
rule: "14.1"
method: scores
unit: scores
measure: {name: share of bad scores, unit: share}
advice: >
  Read the answers with bad scores beside good ones of the same question, and compare prompt, model and index before and after
  the onset. Nothing else in this log tells why, so the cause may lie in what is said, not in how it is served.
*/
-- A score is bad when it is a thumb down, or in the lowest fifth of its name's usual scores (the highest, where less is
-- better). A fifth feels a shift of half a spread best. Usual is the median over days of each day's point, in the log that is
-- searched, so that a bad stretch of less than half the time does not hide itself; a named baseline is held against it too.
-- Few scores that fell far are felt best by the lowest of a day (two in a hundred where there are more): half a point beside
-- the name's number marks those, and the method looks at them where the fifth shows nothing. Ten scores far under all that
-- was ever given are as sure as a hundred in the lowest fifth.
with scored as (
    select s.start, lower(s.score.name) as name, s.score.value as value
    from (select start, unnest(scores) as score from main.spans where scores is not null) as s
    where s.score.value is not null
),
daily as (
    select
        name, count(*) as n,
        quantile_disc(value, 0.2) as low, quantile_disc(value, 0.8) as high,
        quantile_disc(value, 0.02) as bottom, quantile_disc(value, 0.98) as top
    from scored
    group by name, start::date
),
points as (
    select name, quantile_disc(low, 0.5) as low, quantile_disc(high, 0.5) as high,
        quantile_disc(bottom, 0.5) as bottom, quantile_disc(top, 0.5) as top
    from daily
    where n >= 5 or name not in (select e.name from daily as e where e.n >= 5)
    group by name
),
scales as (
    select
        p.name, p.low, p.high, p.bottom, p.top, min(s.value) as lowest, max(s.value) as highest,
        list_contains(string_split($lower_is_better, ','), p.name) as is_less_better
    from points as p
    inner join scored as s on p.name = s.name
    group by p.name, p.low, p.high, p.bottom, p.top
),
given as (
    select m.request_id, m.trace_id, lower(s.score.name) as name, s.score.value as value
    from (select id, trace_id, unnest(scores) as score from spans where scores is not null) as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.score.value is not null
)
select
    r.id, r.trace_id, r.start as "at",
    case
        when c.lowest = c.highest then null
        when c.is_less_better then case when c.high = c.highest then g.value >= c.high else g.value > c.high end
        when c.lowest < 0 and c.highest <= 1 then g.value < 0
        when c.low = c.lowest then g.value <= c.low
        else g.value < c.low
    end as bad,
    (hash(g.name) % 1000003)::double + case
        when c.lowest < 0 and c.highest <= 1 then 0
        when c.is_less_better then case when c.top < c.highest and g.value > c.top then 0.5 else 0 end
        when c.bottom > c.lowest and g.value < c.bottom then 0.5
        else 0
    end as value
from given as g
inner join scales as c on g.name = c.name
inner join request_facts as r on g.trace_id = r.trace_id and g.request_id = r.id
