/*
title: served
summary: every cache hit with the request that filled its entry, as far as the log shows it
step: 6
needs: [texts]
why: >
  An entry is filled by the request that missed (or wrote) the same key and ended ok. Which one: the latest that began
  before the entry's own age says it was stored, else before the hit. Five seconds are left for clocks apart. Where the
  log does not hold the fill, `owner` is the tenant that the key was first seen with.
*/
create or replace table served as
with touched as (
    select
        s.id, s.trace_id, s.start, s.cache_status, s.cache_key, s.cache_age_s, s.cache_ttl_s,
        r.id as request_id, r.status, r.answer_id,
        coalesce(r.route, r.feature, r.name, '') as operation,
        coalesce(s.tenant, r.tenant) as tenant,
        coalesce(s.model, r.model) as model,
        coalesce(s.temperature, r.temperature) as temperature,
        coalesce(s.locale, r.locale) as locale,
        coalesce(s.prompt_version, r.prompt_version) as prompt_version,
        coalesce(s.index_version, r.index_version) as index_version,
        q.input_key, q.question_key, q.question_head
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    left join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    where s.cache_status is not null
),
fills as (
    select * from touched
    where cache_key is not null and cache_status in ('miss', 'write') and status = 'ok'
),
hits as (
    select
        *,
        case
            when cache_age_s >= 0 then least(start, start - to_microseconds((cache_age_s * 1e6)::bigint) + interval 5 second)
            else start
        end as stored_by,
        first_value(tenant) over (partition by cache_key order by start, id) as first_tenant
    from touched
    where cache_status = 'hit'
)
select
    h.id, h.trace_id, h.request_id, h.answer_id, h.start, h.operation, h.tenant, h.cache_key, h.cache_age_s, h.cache_ttl_s,
    h.model, h.temperature, h.locale, h.prompt_version, h.index_version, h.input_key, h.question_key, h.question_head,
    f.id is not null as fill_known,
    f.request_id as fill_request_id,
    f.start as fill_start,
    coalesce(f.tenant, h.first_tenant) as owner,
    f.model as fill_model,
    f.temperature as fill_temperature,
    f.locale as fill_locale,
    f.prompt_version as fill_prompt_version,
    f.index_version as fill_index_version,
    f.input_key as fill_input_key,
    f.question_key as fill_question_key,
    f.question_head as fill_question_head,
    coalesce(h.cache_age_s, date_diff('millisecond', f.start, h.start) / 1000.0) as age_s,
    coalesce(f.start, case when h.cache_age_s >= 0 then h.start - to_microseconds((h.cache_age_s * 1e6)::bigint) end) as filled_at
from hits as h
asof left join fills as f on h.cache_key = f.cache_key and h.stored_by >= f.start;
