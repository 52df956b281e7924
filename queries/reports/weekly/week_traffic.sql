/*
title: {en: Who the traffic was, ko: 트래픽의 구성}
note:
  en: The three largest models, routes and tenants of this time, each with its share of all requests and of those in as long before. A field of one value is left out.
  ko: 이 기간에 가장 큰 모델, 경로, 고객사 셋씩과, 모든 요청 가운데의 비율입니다. 같은 길이의 앞 기간과 나란히 둡니다. 값이 하나뿐인 필드는 뺐습니다.
columns:
  value: {en: Value, ko: 값}
  field: {en: Field, ko: 필드, words: fields}
  requests: {en: Requests, ko: 요청}
  share: {en: Share, ko: 비율, unit: share}
  before: {en: Before, ko: 앞 기간, unit: share}
*/
with sided as (
    select model, route, tenant, start >= $start as now
    from request_facts
    where start >= $start - ($end - $start) and start < $end
),
named as (
    select now, unnest(['model', 'route', 'tenant']) as field, unnest([model, route, tenant]) as value
    from sided
),
counted as (
    select
        field, value,
        count(*) filter (where now) as requests, count(*) filter (where not now) as earlier
    from named
    where value is not null
    group by field, value
),
totals as (
    select count(*) filter (where now) as requests, count(*) filter (where not now) as earlier
    from sided
),
ranked as (
    select
        *,
        row_number() over (partition by field order by requests desc, value asc) as place,
        count(*) over (partition by field) as kinds
    from counted
    where requests > 0 or earlier > 0
)
select
    r.value, r.field, r.requests,
    r.requests / nullif(t.requests, 0) as share, r.earlier / nullif(t.earlier, 0) as before
from ranked as r
cross join totals as t
where r.place <= 3 and r.kinds > 1 and r.requests > 0
order by r.field, r.place
