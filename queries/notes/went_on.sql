/*
title: work for someone who had gone
kinds: [timeouts]
sentence:
  en: "In {requests} of them calls went on after the caller had left, {seconds} s in all, at a cost of {cost} that answered nobody."
  ko: "그중 {requests}건에서는 요청자가 떠난 뒤에도 호출이 모두 {seconds}초 동안 이어졌고, 아무에게도 답하지 않은 비용이 {cost} 들었습니다."
why: >
  A call that does not know how long its caller will wait works to its end and is paid. A tenth of a second is left for
  clocks. Said from five requests on.
*/
select
    count(distinct r.trace_id || '/' || r.id) as requests,
    round(sum(date_diff('millisecond', r."end", s."end")) / 1000)::bigint as seconds,
    '$' || format('{:.2f}', coalesce(sum(u.cost_usd), 0)::double) as cost
from (select distinct trace_id, id from hurt where candidate = $hurt) as h
inner join request_facts as r on h.trace_id = r.trace_id and h.id = r.id
inner join span_request as m on r.trace_id = m.trace_id and r.id = m.request_id
inner join spans as s on m.trace_id = s.trace_id and m.id = s.id
left join leaf_usage as u on s.trace_id = u.trace_id and s.id = u.id
where r.status in ('timeout', 'cancelled') and s.parent_id is not null
    and s."end" > r."end" + interval 100 millisecond and s.start <= r."end"
having count(distinct r.trace_id || '/' || r.id) >= 5
