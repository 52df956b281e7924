/*
title: effects
summary: what was done under each idempotency key, in order - one row an effect, with those before it and beside it
step: 6
needs: [texts]
why: >
  An effect is a span with the key and status ok; a failed attempt is none, nor is what a cache gave out. A step that
  carries the key of its request is another operation (kind and name), so it is compared with its like. A span inside one
  of the same operation and key wraps the same effect. Keys belong to tenants - two that number alike do not meet.
*/
create or replace table effects as
with keyed as (
    select
        s.id, s.trace_id, s.parent_id, s.idempotency_key, s.kind, s.name, s.start, s.cost_usd,
        coalesce(s."end", s.start + to_microseconds((coalesce(s.duration_ms, 0) * 1000)::bigint)) as "end",
        m.request_id,
        coalesce(s.tenant, r.tenant) as tenant,
        hash(s.input) as input_hash,
        case when t.answer_chars > 0 then t.answer_key end as answer_key
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    left join texts as t on s.trace_id = t.trace_id and case when s.id = r.root_id then r.answer_id else s.id end = t.id
    where s.idempotency_key is not null and s.idempotency_key <> '' and s.status = 'ok'
        and r.cache_status is distinct from 'hit'
),
outermost as (
    select k.*
    from keyed as k
    anti join keyed as p
        on k.trace_id = p.trace_id and k.parent_id = p.id and k.idempotency_key = p.idempotency_key
        and k.kind = p.kind and k.name is not distinct from p.name
),
several as (
    select * from outermost
    qualify count(*) over (partition by tenant, idempotency_key, kind, name) > 1
),
ordered as (
    select
        *,
        row_number() over w as place,
        max("end") over (w rows between unbounded preceding and 1 preceding) as busy_until,
        first_value(start) over w as first_start,
        first_value(input_hash) over w as first_input
    from several
    window w as (partition by tenant, idempotency_key, kind, name order by start, "end", trace_id, id)
),
clustered as (
    -- those that overlap, one with the next, are one bout
    select *, count(*) filter (where busy_until is null or start >= busy_until) over w as bout
    from ordered
    window w as (partition by tenant, idempotency_key, kind, name order by place)
)
select
    *,
    count(*) over b as at_once,
    count(distinct answer_key) over b as answers,
    count(answer_key) over b as answered,
    count(distinct trace_id || '/' || request_id) over b as requests_at_once
from clustered
window b as (partition by tenant, idempotency_key, kind, name, bout);
