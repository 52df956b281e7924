/*
title: fields that would tell parts of the traffic apart
summary: >
  Groups of fields of which the log has none, with the kinds that can hit one tenant, route or model alone: they are judged
  on the whole, which such a part may not move.
when: checked
order: 89
sentence:
  en: "The log never says {fields}: {kinds} that hit one of them alone are seen only as far as they move the whole."
  ko: "로그에 {fields} 필드가 없어, 그중 하나에만 생긴 {kinds} 유형은 전체가 움직일 때만 보입니다."
*/
with
filled as (
    select
        count(*) as n,
        count(coalesce(tenant, client, region, locale)) as whom,
        count(coalesce(route, feature, name)) as what,
        count(coalesce(model, model_requested)) as which,
        count(status) as outcomes, count(duration_ms) as durations, count(cost_usd) as costs
    from $schema.spans
),
told as (
    select
        list_filter([
            case when whom = 0 then 'tenant / client / region / locale' end,
            case when what = 0 then 'route / feature' end,
            case when which = 0 then 'model' end
        ], lambda f: f is not null) as fields,
        list_filter([
            case when outcomes > 0 then 'error_burst' end,
            case when durations > 0 then 'latency_regression' end,
            case when costs > 0 then 'cost_spike' end,
            'traffic_drop'
        ], lambda k: k is not null) as kinds
    from filled
    where n > 0
)
select
    array_to_string(fields, ', ') as fields,
    array_to_string(kinds, ', ') as kinds
from told
where len(fields) > 0
