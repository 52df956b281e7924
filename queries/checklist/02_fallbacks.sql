/*
title: {en: "Fallbacks for dependencies", ko: "의존 서비스의 대체 경로"}
asks: {en: "Does a request survive when a call it makes fails?", ko: "호출 하나가 실패해도 요청이 살아남습니까?"}
kinds: [error_burst, timeouts, retry_storm, auth_expiry, partial_failure]
params:
  least: {value: 20, why: "with fewer failed calls one cannot tell luck from a fallback"}
  share: {value: 0.8, why: "four in five saved is what one retry and one other provider give"}
says:
  en: "{seen} of {of} requests in which a call failed ended ok all the same"
  ko: "호출이 실패한 요청 {of}건 중 {seen}건이 정상으로 끝났습니다"
step:
  en: "Give the dependency that fails most a second way (another provider, a cached answer), and limit its retries."
  ko: "가장 많이 실패하는 의존 서비스에 대체 경로(다른 제공사, 캐시)를 두고 재시도를 제한하십시오."
evidence:
  en: "Log each call as a span with its status, or make one dependency fail on purpose in a test."
  ko: "각 호출을 상태와 함께 기록하거나, 시험에서 의존 서비스를 일부러 실패시켜 보십시오."
*/
with failed as (
    select distinct m.trace_id, m.request_id
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.status in ('error', 'timeout') and s.kind <> 'request' and s.start >= $start and s.start < $end
),
counted as (
    select count(*) filter (where r.status = 'ok') as seen, count(*) as "of"
    from failed as f
    inner join request_facts as r on f.trace_id = r.trace_id and f.request_id = r.id
)
select *, case when "of" < $least then null when seen >= $share * "of" then 'pass' else 'fail' end as verdict
from counted
