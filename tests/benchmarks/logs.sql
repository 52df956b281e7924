/*
title: a large native log
summary: One made-up assistant over four weeks, three spans a request (request, retrieval, llm), about 1 kB a span.
*/
with
requests as (
    select
        i,
        (hash(i * 3 + 1) >> 2)::bigint as a,
        (hash(i * 3 + 2) >> 2)::bigint as b,
        (hash(i * 3 + 3) >> 2)::bigint as c,
        -- more by day than by night
        timestamp '2026-09-01' + to_microseconds((i + 0.3 * sin(i * 56 * pi() / $requests) * $requests / 56)::bigint
            * (28 * 86400000000 // $requests)) as start
    from range($requests) as r(i)
),
filled as (
    select
        *,
        'tenant-' || floor(40 * power((a % 1000) / 1000.0, 2))::int as tenant,
        'user-' || b % 9000 as "user",
        ['ko-KR', 'en-US', 'en-GB'][1 + c % 3] as locale,
        ['web', 'ios', 'android', 'api'][1 + a % 4] as client,
        ['m-large', 'm-small'][1 + (b % 5 > 0)::int] as model,
        300 + c % 2400 as duration_ms,
        case when a % 211 = 0 then 'error' when b % 499 = 0 then 'timeout' else 'ok' end as status,
        400 + a % 1800 as input_tokens,
        40 + b % 500 as output_tokens,
        (c % 6)::int as hits,
        'How do I ' || array_to_string(list_transform(range(8 + a % 14), lambda w: $words[1 + (hash(i + w) % len($words))::int]), ' ') || '?'
            as question,
        array_to_string(list_transform(range(60 + b % 70), lambda w: $words[1 + (hash(i * 7 + w) % len($words))::int]), ' ') || '.' as answer
    from requests
),
spans as (
    select
        i,
        0 as part,
        {
            'id': 'r' || i, 'trace_id': 't' || i, 'kind': 'request', 'name': 'chat', 'route': '/v1/chat',
            'start': strftime(start, '%Y-%m-%dT%H:%M:%S.%fZ'), 'duration_ms': duration_ms, 'status': status,
            'input': question, 'output': case when status = 'ok' then answer end, 'tenant': tenant, 'user': "user",
            'locale': locale, 'client': client, 'app_version': '4.' || i * 6 // $requests, 'session': 's' || b % 50000
        }::json as span
    from filled
    union all
    select
        i,
        1,
        {
            'id': 'd' || i, 'trace_id': 't' || i, 'parent_id': 'r' || i, 'kind': 'retrieval', 'name': 'search',
            'start': strftime(start, '%Y-%m-%dT%H:%M:%S.%fZ'), 'duration_ms': 20 + a % 90, 'status': 'ok',
            'input': question,
            'retrieval': {
                'hits': hits,
                'top_score': 0.4 + (a % 50) / 100.0,
                'documents': list_transform(range(hits), lambda d: {'id': 'doc-' || hash(i + d) % 4000, 'score': 0.9 - d * 0.1})
            },
            'index_version': 'ix-7', 'attributes': {'shard': a % 16, 'note': array_to_string($words, ' ')}
        }::json
    from filled
    union all
    select
        i,
        2,
        {
            'id': 'l' || i, 'trace_id': 't' || i, 'parent_id': 'r' || i, 'kind': 'llm', 'name': 'generate',
            'start': strftime(start + to_milliseconds(120), '%Y-%m-%dT%H:%M:%S.%fZ'), 'duration_ms': duration_ms - 130,
            'status': status, 'provider': 'acme', 'model_requested': model, 'model': model,
            'input': [{'role': 'system', 'content': 'Answer from the documents.'}, {'role': 'user', 'content': question}],
            'output': case when status = 'ok' then answer end, 'finish_reason': case when status = 'ok' then 'stop' end,
            'input_tokens': input_tokens, 'output_tokens': case when status = 'ok' then output_tokens end,
            'cost_usd': round(input_tokens * 2e-6 + output_tokens * 8e-6, 6), 'temperature': 0.2,
            'prompt_version': 'p-12', 'attributes': {'gateway': 'gw-' || b % 4, 'queue_ms': c % 30}
        }::json
    from filled
)
select span from spans order by i, part
