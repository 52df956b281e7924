/*
title: fields that stopped being logged
summary: fields that nearly every span of a kind had, and none from some moment on to the end of the log
why: hours tell which fields stopped; the moment is looked for in the last hour that has the field, and only there
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
        last,
        sum(n) filter (where hour <= last)::bigint as n_before,
        sum(filled)::bigint as filled,
        sum(n) filter (where hour > last)::bigint as n_after
    from lasts
    where last is not null
    group by kind, field, last
),
stopped as (
    select *
    from sides
    where n_before >= $least and n_after >= $least and filled >= $regular * n_before
),
ended_well as (
    select *
    from $schema.spans
    where coalesce(status, 'ok') = 'ok' and kind in (select s.kind from stopped as s)
),
near as (
    select
        kind,
        start,
        columns(* exclude (kind, start)) is not null
    from ended_well
    where (kind, time_bucket(interval 1 hour, start)) in (select (s.kind, s.last) from stopped as s)
),
seen as (
    unpivot near on columns(* exclude (kind, start)) into name field value has
),
moments as (
    select
        s.kind,
        s.field,
        s.filled,
        s.n_before + s.n_after as n,
        max(f.start) as last
    from stopped as s
    inner join seen as f on s.kind = f.kind and s.field = f.field and time_bucket(interval 1 hour, f.start) = s.last
    where f.has
    group by all
),
after as (
    select
        m.kind,
        m.field,
        m.filled / (m.n - count(*)) as share,
        min(e.start) as since,
        count(*) as n
    from moments as m
    inner join ended_well as e on m.kind = e.kind and m.last < e.start
    group by m.kind, m.field, m.filled, m.n
)
select
    since,
    kind,
    string_agg(field, ', ' order by field) as fields,
    max(n) as n,
    min(share) as share
from after
group by since, kind
order by n desc, since, kind
limit 5
