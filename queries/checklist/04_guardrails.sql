/*
title: {en: "Guardrails for sensitive topics", ko: "민감한 주제의 가드레일"}
asks: {en: "Are sensitive topics and personal data held back?", ko: "민감한 주제와 개인정보를 막고 있습니까?"}
kinds: [guardrail_gap, pii_in_answer, injection_attempts]
params:
  least: {value: 20, why: "fewer decisions do not show that a guardrail is in the way"}
says:
  en: "{seen} of {of} guardrail decisions held something back"
  ko: "가드레일 판단 {of}건 중 {seen}건이 차단·가림·표시였습니다"
step:
  en: "Apply the policy on every route that the findings name, and replay their examples."
  ko: "발견 사항에 나온 모든 경로에 정책을 적용하고 예시를 다시 보내 보십시오."
evidence:
  en: "Log each guardrail decision as a span of kind guardrail with its category and action, and send it one request it must block."
  ko: "가드레일 판단을 category와 action과 함께 guardrail 스팬으로 기록하고, 차단해야 할 요청을 하나 보내 보십시오."
*/
with counted as (
    select count(*) filter (where guardrail_action in ('block', 'mask', 'flag')) as seen, count(*) as "of"
    from spans
    where kind = 'guardrail' and guardrail_action is not null and start >= $start and start < $end
)
-- one that never holds anything back has not been shown to work
select *, case when "of" < $least or seen = 0 then null else 'pass' end as verdict
from counted
