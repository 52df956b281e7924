/*
title: {en: Cache audit, ko: 캐시 점검}
note:
  en: Hits of the window by what is wrong with them. A hit may be wrong in more than one way; what no signal speaks against is sound as far as the log shows.
  ko: 이 기간의 캐시 적중을 문제별로 나누었습니다. 한 적중에 문제가 둘 이상일 수 있습니다. 어떤 신호도 문제를 가리키지 않으면 로그로 보아 이상이 없는 것입니다.
columns:
  what: {en: Hits, ko: 적중, words: kinds, values: {sound: {en: sound, ko: 이상 없음}}}
  hits: {en: Number, ko: 건수}
  share: {en: Of all hits, ko: 전체 적중 대비, unit: share}
  tenants: {en: Tenants, ko: 고객사}
  users: {en: Users, ko: 사용자}
  oldest_s: {en: Oldest entry, ko: 가장 오래된 항목, unit: age}
*/
with hits as (
    select s.id, s.trace_id, s.tenant, s.age_s, r."user"
    from served as s
    inner join request_facts as r on s.trace_id = r.trace_id and s.request_id = r.id
    where s.start >= $start and s.start < $end
),
faults as (
    select id, trace_id, kind
    from signals
    where confidence >= 0.5 and kind in ('stale_cache', 'cross_tenant_cache', 'cache_collision', 'cached_failure')
    group by id, trace_id, kind
),
told as (
    select h.*, coalesce(f.kind, 'sound') as what
    from hits as h
    left join faults as f on h.id = f.id and h.trace_id = f.trace_id
)
select
    what, count(*) as hits, count(*) / (select count(*) from hits) as share,
    count(distinct tenant) as tenants, count(distinct "user") as users, max(age_s) as oldest_s
from told
group by what
order by what = 'sound', hits desc, what
