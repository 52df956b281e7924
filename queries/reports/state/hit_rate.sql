/*
title: {en: Hit rate by operation, ko: 작업별 캐시 적중률}
note:
  en: Of the requests for which the log says whether the cache was hit.
  ko: 적중 여부가 기록된 요청만 셉니다.
columns:
  operation: {en: Operation, ko: 작업}
  requests: {en: Requests, ko: 요청}
  hit_rate: {en: Hits, ko: 적중률, unit: share}
  before: {en: Before the window, ko: 이전, unit: share}
  hit_ms: {en: Median of a hit, ko: 적중 중앙값, unit: ms}
  miss_ms: {en: Median of a miss, ko: 미적중 중앙값, unit: ms}
*/
select
    coalesce(route, feature, name, '') as operation,
    count(*) filter (where start >= $start) as requests,
    avg((cache_status = 'hit')::integer) filter (where start >= $start) as hit_rate,
    avg((cache_status = 'hit')::integer) filter (where start < $start) as before,
    median(duration_ms) filter (where start >= $start and cache_status = 'hit') as hit_ms,
    median(duration_ms) filter (where start >= $start and cache_status = 'miss') as miss_ms
from request_facts
where cache_status in ('hit', 'miss') and start < $end
group by operation
having requests > 0
order by requests desc, operation
limit 20
