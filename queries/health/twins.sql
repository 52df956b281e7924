/*
title: the same content under two ids
summary: >
  Spans that say the same as another to the microsecond and the letter, under a different id. They are named and not
  removed: only whoever wrote them knows whether it happened twice.
order: 25
sentence:
  en: "Spans that say the same as another with a different id: {n:,} of {spans:,}, such as {one} and {other}. Was the log written twice?"
  ko: "id만 다를 뿐 내용이 똑같은 span이 {spans:,}개 중 {n:,}개 있습니다(예: {one}, {other}). 로그가 두 번 기록되지 않았는지 확인하십시오."
*/
with
alike as (
    -- small columns first: only spans that agree in all of them can agree in their texts
    select hash(start, "end", kind, name, "user", input_tokens, output_tokens) as look
    from $schema.spans
    where "end" > start
    group by look
    having count(*) > 1
),
twins as (
    select
        count(*) - 1 as extra,
        min(id) as one,
        max(id) as other
    from $schema.spans
    where
        "end" > start
        and hash(start, "end", kind, name, "user", input_tokens, output_tokens) in (select a.look from alike as a)
    group by
        start, "end", kind, name, model, tenant, "user", session, status, input_tokens, output_tokens, cost_usd,
        hash(input), hash(output)
    having count(distinct id) > 1
)
select
    sum(extra)::bigint as n,
    (select count(*) from $schema.spans) as spans,
    min(one) as one,
    arg_min(other, one) as other
from twins
having n > 0
