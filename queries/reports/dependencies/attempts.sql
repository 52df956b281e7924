/*
title: {en: Operations and attempts, ko: 작업과 시도}
note:
  en: An operation is one intended call; attempts are the calls it took. Success differs by which of the two is counted.
  ko: 작업은 의도한 호출 하나이고, 시도는 그 작업에 든 실제 호출 수입니다.
columns:
  dependency: {en: Dependency, ko: 의존 서비스}
  operations: {en: Operations, ko: 작업}
  attempts: {en: Attempts, ko: 시도}
  amplification: {en: Attempts per operation, ko: 작업당 시도}
  ok_first: {en: Ok at the first attempt, ko: 첫 시도 성공, unit: share}
  ok_last: {en: Ok in the end, ko: 최종 성공, unit: share}
  before: {en: Attempts per operation before, ko: 이전 작업당 시도}
  p95_ms: {en: 95 % of operations within, ko: 95% 소요 시간, unit: ms}
*/
select
    coalesce(provider, name, kind) as dependency,
    count(*) filter (where start >= $start) as operations,
    sum(attempts) filter (where start >= $start)::bigint as attempts,
    avg(attempts) filter (where start >= $start) as amplification,
    avg((first_status = 'ok')::integer) filter (where start >= $start) as ok_first,
    avg((status = 'ok')::integer) filter (where start >= $start) as ok_last,
    avg(attempts) filter (where start < $start) as before,
    quantile_cont(duration_ms, 0.95) filter (where start >= $start) as p95_ms
from operations
where kind in ('llm', 'tool', 'retrieval', 'embedding', 'http') and start < $end
group by dependency
having operations > 0
order by attempts desc, dependency
limit 20
