/*
title: {en: "Conditions to abstain", ko: "답변 보류 조건"}
asks: {en: "Does it say so when it has no evidence?", ko: "근거가 없으면 없다고 말합니까?"}
kinds: [no_evidence_answer, unsupported_citation]
params:
  least: {value: 20, why: "fewer searches without a hit are an anecdote"}
  share: {value: 0.95, why: "one firm answer without evidence in twenty is one too many, and signals err as often"}
says:
  en: "{seen} of {of} answers to a search without a hit said so"
  ko: "검색 결과가 없던 답변 {of}건 중 {seen}건이 없다고 말했습니다"
step:
  en: "Answer “I do not know” where retrieval gives no hit or only weak ones; the examples of the findings show where."
  ko: "검색 결과가 없거나 약하면 모른다고 답하게 하십시오. 발견 사항의 예시를 보십시오."
evidence:
  en: "Log retrieval.hits on each request that searches."
  ko: "검색하는 요청마다 retrieval.hits를 기록하십시오."
*/
with bare as (
    select r.id, r.trace_id, r.answer_id
    from request_facts as r
    where r.retrieval_hits = 0 and r.status = 'ok' and r.start >= $start and r.start < $end
),
firm as (
    select distinct m.trace_id, m.request_id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.kind = 'no_evidence_answer' and s.confidence >= 0.5
),
counted as (
    select count(*) filter (where f.request_id is null) as seen, count(*) as "of"
    from bare as b
    left join firm as f on b.trace_id = f.trace_id and b.id = f.request_id
)
select *, case when "of" < $least then null when seen >= $share * "of" then 'pass' else 'fail' end as verdict
from counted
