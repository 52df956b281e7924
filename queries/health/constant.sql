/*
title: columns that never vary
summary: fields that differ from span to span by nature, and hold one value throughout or always 0
why: >
  Many fields are rightly the same everywhere (a provider, a region). Tokens, durations, costs, users and traces are not:
  there a single value is a default that somebody forgot to fill.
params:
  least: {value: 50, why: a handful of spans may agree by chance}
order: 65
sentence:
  en: "{field} is {value} on all {n:,} spans that have it: it tells nothing."
  ko: "{field} 필드는 값이 있는 span {n:,}개 모두에서 {value}입니다. 아무것도 알려 주지 않습니다."
*/
with
edges as (
    select
        [
            {'field': 'trace_id', 'n': count(trace_id), 'least': min(trace_id), 'most': max(trace_id)},
            {'field': 'user', 'n': count("user"), 'least': min("user"), 'most': max("user")},
            {'field': 'session', 'n': count(session), 'least': min(session), 'most': max(session)},
            {
                'field': 'duration_ms',
                'n': count(duration_ms),
                'least': format('{:g}', min(duration_ms)),
                'most': format('{:g}', max(duration_ms))
            },
            {
                'field': 'input_tokens',
                'n': count(input_tokens),
                'least': min(input_tokens)::varchar,
                'most': max(input_tokens)::varchar
            },
            {
                'field': 'output_tokens',
                -- an embedding writes nothing
                'n': count(output_tokens) filter (where kind <> 'embedding'),
                'least': min(output_tokens) filter (where kind <> 'embedding')::varchar,
                'most': max(output_tokens) filter (where kind <> 'embedding')::varchar
            },
            {
                'field': 'cost_usd',
                'n': count(cost_usd),
                'least': format('{:g}', min(cost_usd)::double),
                'most': format('{:g}', max(cost_usd)::double)
            },
            {
                'field': 'retrieval_hits',
                'n': count(retrieval_hits),
                'least': min(retrieval_hits)::varchar,
                'most': max(retrieval_hits)::varchar
            },
            {
                'field': 'retrieval_top_score',
                'n': count(retrieval_top_score),
                'least': format('{:g}', min(retrieval_top_score)::double),
                'most': format('{:g}', max(retrieval_top_score)::double)
            },
            {'field': 'cache_key', 'n': count(cache_key), 'least': min(cache_key), 'most': max(cache_key)},
            {
                'field': 'idempotency_key',
                'n': count(idempotency_key),
                'least': min(idempotency_key),
                'most': max(idempotency_key)
            }
        ] as fields
    from $schema.spans
),
listed as (
    select unnest(fields, recursive := true)
    from edges
)
select
    field,
    least as value,
    n
from listed
where n >= $least and least = most
order by n desc, field
