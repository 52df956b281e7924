/*
title: {en: Where the money went, ko: 비용이 쓰인 곳}
note:
  en: By the model that answered. Requests whose cost is not known count as nothing here; their share is beside it.
  ko: 답변한 모델별 비용입니다. 비용을 알 수 없는 요청은 0으로 더했으며 그 비율을 함께 적었습니다.
columns:
  model: {en: Model, ko: 모델}
  requests: {en: Requests, ko: 요청}
  usd: {en: Cost, ko: 비용, unit: usd}
  per_request: {en: Per request, ko: 요청당, unit: usd}
  before: {en: Per request before, ko: 이전 요청당, unit: usd}
  unknown: {en: Cost not known, ko: 비용 미상, unit: share}
*/
select
    coalesce(model, model_requested) as model,
    count(*) filter (where start >= $start) as requests,
    (sum(cost_usd) filter (where start >= $start))::double as usd,
    (sum(cost_usd) filter (where start >= $start))::double / nullif(count(cost_usd) filter (where start >= $start), 0) as per_request,
    (sum(cost_usd) filter (where start < $start))::double / nullif(count(cost_usd) filter (where start < $start), 0) as before,
    avg((cost_usd is null)::integer) filter (where start >= $start) as unknown
from request_facts
where start < $end and coalesce(model, model_requested) is not null
group by coalesce(model, model_requested)
having requests > 0
order by usd desc nulls last, requests desc, 1
limit 20
