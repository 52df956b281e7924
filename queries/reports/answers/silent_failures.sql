/*
title: {en: Catalogue of silent failures, ko: 조용한 실패 목록}
note:
  en: Requests of the window that ended ok and whose answer a signal speaks against, with the 95 % interval of their rate (Wilson). Coverage is the share of those requests of which the log can tell; the rate is among them. A refusal may be right - the findings say where there are more than usual.
  ko: 정상으로 끝났지만 답변에 문제가 있는 요청의 비율과 95% 구간(Wilson)입니다. 판정 가능 비율은 로그로 판단할 수 있는 요청의 비율이며, 비율은 그 안에서 계산합니다. 거절은 옳을 수도 있습니다. 평소보다 많은 곳은 발견에 적습니다.
columns:
  kind: {en: Kind, ko: 유형, words: kinds, values: {refusal: {en: refusal, ko: 거절 답변}, fallback_answer: {en: fallback answer, ko: 대체(기본) 답변}}}
  answers: {en: Answers, ko: 답변}
  rate: {en: Rate, ko: 비율, unit: share}
  low: {en: At least, ko: 최소, unit: share}
  high: {en: At most, ko: 최대, unit: share}
  before: {en: Before, ko: 이전, unit: share}
  coverage: {en: Coverage, ko: 판정 가능 비율, unit: share}
*/
with judged as (
    select
        r.id, r.trace_id, r.start >= $start as inside,
        t.has_output as answered,
        coalesce(r.output_format, t.output_format) = 'json' as as_json,
        r.retrieval_hits is not null as searched,
        len(r.citations) > 0 as cited,
        coalesce(r.locale, t.script::varchar) is not null as spoken
    from request_facts as r
    left join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
    where r.status = 'ok' and r.start < $end
),
faults as (
    select m.request_id as id, s.trace_id, s.kind
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.confidence >= 0.5
    group by m.request_id, s.trace_id, s.kind
),
kinds as (
    select
        unnest([
            'empty_answer', 'truncated_answer', 'refusal', 'degenerate_answer', 'malformed_answer', 'no_evidence_answer',
            'unsupported_citation', 'error_as_answer', 'fallback_answer', 'wrong_language', 'pii_in_answer', 'partial_failure'
        ]) as kind
),
each_kind as (
    select
        k.kind, j.inside, f.id is not null as bad,
        case k.kind
            when 'malformed_answer' then j.as_json
            when 'no_evidence_answer' then j.searched
            when 'unsupported_citation' then j.cited
            when 'wrong_language' then j.spoken
            when 'partial_failure' then true
            else j.answered
        end as told
    from judged as j
    cross join kinds as k
    left join faults as f on j.id = f.id and j.trace_id = f.trace_id and k.kind = f.kind
),
counted as (
    select
        kind,
        count(*) filter (where inside) as requests,
        count(*) filter (where inside and (told or bad)) as n,
        count(*) filter (where inside and bad) as answers,
        count(*) filter (where not inside and bad) / nullif(count(*) filter (where not inside and (told or bad)), 0) as before
    from each_kind
    group by kind
),
rated as (
    select *, answers / nullif(n, 0) as rate, 1.96 * 1.96 as zz
    from counted
),
bounded as (
    select
        *,
        (rate + zz / (2 * n)) / (1 + zz / n) as middle,
        1.96 * sqrt(rate * (1 - rate) / n + zz / (4 * n * n)) / (1 + zz / n) as half
    from rated
)
select
    kind, answers, rate,
    -- of no answer nothing is known: no interval from 0 to 1 either
    case when n > 0 then greatest(middle - half, 0) end as low,
    case when n > 0 then least(middle + half, 1) end as high,
    before,
    n / nullif(requests, 0) as coverage
from bounded
order by answers desc, coverage desc, kind
