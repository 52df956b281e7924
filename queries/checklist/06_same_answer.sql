/*
title: {en: "Same input, same output", ko: "같은 입력, 같은 출력"}
asks: {en: "Does the same question get the same answer?", ko: "같은 질문에 같은 답을 합니까?"}
kinds: [inconsistent_answer, race, duplicate_execution]
params:
  least: {value: 20, why: "fewer repeated questions do not show whether answers agree"}
  share: {value: 0.99, why: "one contradiction in a hundred repeats is what wording alone makes"}
says:
  en: "{seen} of {of} answers to repeated questions agree"
  ko: "반복된 질문의 답변 {of}건 중 {seen}건이 서로 일치합니다"
step:
  en: "Hold temperature and versions fixed for questions of fact, and serve repeats from a cache with a full key."
  ko: "사실 질문은 temperature와 버전을 고정하고, 완전한 키를 쓰는 캐시로 답하십시오."
evidence:
  en: "Log input and output, or ask a set of twenty questions twice."
  ko: "입력과 출력을 기록하거나, 질문 20개를 두 번씩 물어보십시오."
*/
with contrary as (
    select distinct id, trace_id
    from signals
    where kind = 'inconsistent_answer' and confidence >= 0.5
),
counted as (
    select count(*) filter (where c.id is null) as seen, count(*) as "of"
    from repeats as r
    left join contrary as c on r.id = c.id and r.trace_id = c.trace_id
    where r.start >= $start and r.start < $end
)
select *, case when "of" < $least then null when seen >= $share * "of" then 'pass' else 'fail' end as verdict
from counted
