/*
title: fields that stopped being logged
summary: fields that nearly every span of a kind had, and none from some hour on to the end of the log
params:
  regular: {value: 0.9, why: a field that a tenth of the spans lack was never meant to be there always}
  least: {value: 50, why: "spans before and after: fewer may lack a field by chance"}
order: 35
sentence:
  en: "Since {since:%Y-%m-%d %H:%M} UTC no {kind} span has {fields} ({n:,} spans); before, {share:.0%} had."
  ko: "{since:%Y-%m-%d %H:%M}(UTC)부터 {kind} span에 {fields} 필드가 없습니다(span {n:,}개). 그 전에는 {share:.0%}에 있었습니다."
*/
with
lasts as (
    select
        *,
        max(hour) filter (where filled > 0) over (partition by kind, field) as last
    from presence
),
sides as (
    select
        kind,
        field,
        min(hour) filter (where hour > last) as since,
        sum(n) filter (where hour <= last)::bigint as n_before,
        sum(filled)::bigint as filled,
        sum(n) filter (where hour > last)::bigint as n_after
    from lasts
    where last is not null
    group by kind, field
)
select
    since,
    kind,
    string_agg(field, ', ' order by field) as fields,
    max(n_after) as n,
    min(filled / n_before) as share
from sides
where n_before >= $least and n_after >= $least and filled >= $regular * n_before
group by since, kind
order by n desc, since, kind
limit 5
