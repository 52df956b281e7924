/*
title: {en: "A clear cache policy", ko: "분명한 캐시 정책"}
asks: {en: "Does the cache serve only what it may?", ko: "캐시가 내보내도 되는 것만 내보냅니까?"}
kinds: [stale_cache, cross_tenant_cache, cache_collision, cached_failure, cache_drop]
params:
  least: {value: 20, why: "fewer hits do not show what the cache serves"}
  share: {value: 0.99, why: "signals of the cache err in less than one of a hundred hits"}
says:
  en: "{seen} of {of} cache hits are sound"
  ko: "캐시 적중 {of}건 중 {seen}건에 문제가 없습니다"
step:
  en: "Put tenant, versions and every parameter into the key, store no failures, and empty the cache on deploy."
  ko: "고객사·버전·모든 매개변수를 키에 넣고, 실패는 저장하지 말고, 배포 때 캐시를 비우십시오."
evidence:
  en: "Log cache.status, cache.key, cache.age_s and cache.ttl_s."
  ko: "cache.status, cache.key, cache.age_s, cache.ttl_s를 기록하십시오."
*/
with faulty as (
    select distinct id, trace_id
    from signals
    where confidence >= 0.5 and kind in ('stale_cache', 'cross_tenant_cache', 'cache_collision', 'cached_failure')
),
counted as (
    select count(*) filter (where f.id is null) as seen, count(*) as "of"
    from served as s
    left join faulty as f on s.id = f.id and s.trace_id = f.trace_id
    where s.start >= $start and s.start < $end
)
select *, case when "of" < $least then null when seen >= $share * "of" then 'pass' else 'fail' end as verdict
from counted
