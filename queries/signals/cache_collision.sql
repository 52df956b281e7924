/*
title: A cache entry for another question
kind: cache_collision
says: >
  A hit whose entry was filled, for the same tenant, by another question or under other parameters - model, temperature,
  the language of the locale (one question in en-US and en-GB has one answer), or a prompt version that is not simply
  older. Spelling, case, marks and blanks make no other question.
needs: [cache_status, cache_key]
thresholds:
  .95: another question, or the same words with another number
  .7: questions that share half their words or more; .4 in a log whose cache does this all the time - at least 30 keys
    served twice in its first half, a tenth of them to such questions - it goes by likeness, not by key
  .85: other parameters
  .6: the same short last message after another conversation (under 12 characters, "yes" or "go on"); .4 when it is longer,
    for then it may well mean the same
*/
with pairs as (
    select
        *,
        regexp_replace(question_head, '[^\p{L}\p{N}]+', '', 'g') as core,
        regexp_replace(fill_question_head, '[^\p{L}\p{N}]+', '', 'g') as fill_core
    from served
    where fill_known and tenant is not distinct from owner and fill_request_id <> request_id
),
worded as (
    select
        *,
        question_key <> fill_question_key and (core <> fill_core or core = '' or length(question_head) >= 400) as other_question,
        list_distinct(string_split_regex(question_head, '[^\w가-힣一-龥ぁ-ヺ]+')) as words,
        list_distinct(string_split_regex(fill_question_head, '[^\w가-힣一-龥ぁ-ヺ]+')) as fill_words,
        regexp_extract_all(question_head, '\d+') <> regexp_extract_all(fill_question_head, '\d+') as other_numbers
    from pairs
    where question_key <> fill_question_key or input_key <> fill_input_key
        or model <> fill_model or temperature <> fill_temperature or left(locale, 2) <> left(fill_locale, 2)
        or prompt_version <> fill_prompt_version
),
likened as (
    select
        *,
        not other_numbers
            and len(list_intersect(words, fill_words)) >= 0.5 * greatest(len(words), len(fill_words)) as alike
    from worded
),
halfway as (
    select min(start) + (max(start) - min(start)) / 2 as half from request_facts
),
habit as (
    select (select count(distinct cache_key) from served, halfway where start < half) as keys, count(distinct cache_key) as alike_keys
    from likened, halfway
    where alike and other_question and start < half
),
cases as (
    select
        l.id, l.trace_id,
        case
            when l.alike and h.keys >= 30 and h.alike_keys >= 0.1 * h.keys then 0.4
            when l.alike then 0.7
            else 0.95
        end as confidence,
        'entry of another question' as reason
    from likened as l
    cross join habit as h
    where l.other_question
    union all
    select l.id, l.trace_id, 0.85, concat_ws(', ',
        case when l.model <> l.fill_model then 'entry of model ' || l.fill_model end,
        case when l.temperature <> l.fill_temperature then 'entry of temperature ' || l.fill_temperature end,
        case when left(l.locale, 2) <> left(l.fill_locale, 2) then 'entry of locale ' || l.fill_locale end,
        case when l.prompt_version <> l.fill_prompt_version then 'entry of prompt version ' || l.fill_prompt_version end)
    from likened as l
    left join versions as n on l.operation = n.operation and n.field = 'prompt_version' and l.prompt_version = n.version
    left join versions as o on l.operation = o.operation and o.field = 'prompt_version' and l.fill_prompt_version = o.version
    left join (
        select coalesce(route, feature, name, '') as operation, tenant, model, min(start) as first_seen
        from request_facts
        group by all
    ) as m on l.operation = m.operation and l.tenant is not distinct from m.tenant and l.model = m.model
    where l.temperature <> l.fill_temperature or left(l.locale, 2) <> left(l.fill_locale, 2)
        or (l.model <> l.fill_model and coalesce(m.first_seen <= l.fill_start, true))
        or (l.prompt_version <> l.fill_prompt_version and coalesce(o.first_seen >= n.first_seen, true))
    union all
    select id, trace_id, case when length(question_head) < 12 then 0.6 else 0.4 end, 'entry of another conversation'
    from likened
    where not other_question and question_key = fill_question_key and input_key <> fill_input_key
)
select id, trace_id, max(confidence)::double as confidence, arg_max(reason, (confidence, reason)) as reason
from cases
group by id, trace_id
