/*
title: {en: What attempts after the first cost, ko: 재시도에 든 비용}
note:
  en: Time and money of operations that took more than one attempt, beside the median of those that took one. Saved are those that ended ok after all.
  ko: 두 번 이상 시도한 작업의 시간과 비용을 한 번에 끝난 작업의 중앙값과 비교합니다.
columns:
  dependency: {en: Dependency, ko: 의존 서비스}
  retried: {en: Operations retried, ko: 재시도한 작업}
  share: {en: Of all, ko: 전체 대비, unit: share}
  saved: {en: Saved, ko: 성공한 비율, unit: share}
  extra_attempts: {en: Attempts more, ko: 추가 시도}
  extra_s: {en: Time more in all, ko: 추가 시간 합계, unit: age}
  extra_usd: {en: Logged cost more, ko: 추가 비용(기록), unit: usd}
*/
with calls as (
    select *, coalesce(provider, name, kind) as dependency
    from operations
    where kind in ('llm', 'tool', 'retrieval', 'embedding', 'http') and start >= $start and start < $end
),
usual as (
    select dependency, median(duration_ms) as ms, avg(cost_usd)::double as usd
    from calls
    where attempts = 1 and status = 'ok'
    group by dependency
)
select
    c.dependency,
    count(*) filter (where c.attempts > 1) as retried,
    avg((c.attempts > 1)::integer) as share,
    avg((c.status = 'ok')::integer) filter (where c.attempts > 1) as saved,
    sum(c.attempts - 1)::bigint as extra_attempts,
    sum(greatest(c.duration_ms - u.ms, 0)) filter (where c.attempts > 1) / 1000 as extra_s,
    sum(greatest(c.cost_usd::double - u.usd, 0)) filter (where c.attempts > 1) as extra_usd
from calls as c
left join usual as u on c.dependency = u.dependency
group by c.dependency
having retried > 0
order by extra_attempts desc, c.dependency
limit 20
