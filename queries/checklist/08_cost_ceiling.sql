/*
title: {en: "A cost ceiling", ko: "비용 한도"}
asks: {en: "Did cost stay under a ceiling?", ko: "비용이 한도 안에 머물렀습니까?"}
kinds: [cost_spike, runaway_loop, cost_mismatch]
params:
  least: {value: 3, why: "with fewer days there is no usual day"}
  times: {value: 3.0, why: "a day of three times the usual cost is what a ceiling is there to stop"}
  known: {value: 0.95, why: "where more requests have no known cost, a quiet sum may be a blind one"}
says:
  en: "{seen} of {of} days cost no more than three times the usual day"
  ko: "하루 비용이 평소의 세 배 이하인 날: {of}일 중 {seen}일"
step:
  en: "Set a budget per tenant and day that stops or slows requests, and a limit of steps per trace."
  ko: "고객사·하루별 예산과 추적당 단계 수 한도를 두십시오."
evidence:
  en: "Log cost_usd, or tokens and the model, on every call; three days of it are enough."
  ko: "모든 호출에 cost_usd 또는 토큰 수와 모델을 기록하십시오. 사흘이면 충분합니다."
*/
with days as (
    -- what the cache served called no model, and cost nothing
    select
        floor(epoch(start) / 86400) as day,
        sum(cost_usd)::double as usd,
        count(*) filter (where cost_usd is not null or cache_status = 'hit') as known,
        count(*) as requests
    from request_facts
    where start >= $start and start < $end
    group by day
),
counted as (
    select
        count(*) filter (where usd <= $times * usual) as seen, count(*) as "of", sum(known) / sum(requests) as part
    from (select *, median(usd) over () as usual from days)
)
select
    seen, "of",
    case when "of" < $least or part is null or part < $known then null when seen = "of" then 'pass' else 'fail' end as verdict
from counted
