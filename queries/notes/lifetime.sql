/*
title: credentials that end after their time
kinds: [auth_expiry]
sentence:
  en: "Refusals have begun {times} times in this log, every {hours} h: something is renewed too late each time."
  ko: "이 로그에서 거부가 {hours}시간마다 {times}번 시작되었습니다. 매번 무언가의 갱신이 늦습니다."
why: >
  A token that lives an hour or a day and is renewed late fails at every end of its life. Refusals half an hour apart or
  more are bouts of their own, from three requests on; said of three bouts or more whose distances differ by less than a
  twentieth.
*/
with refused as (
    select distinct r.trace_id, r.id, r.start
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    where s.kind = 'auth_expiry' and s.confidence >= 0.5
),
marked as (
    select start, coalesce(start - lag(start) over (order by start) > interval 30 minute, true) as begins from refused
),
bouts as (
    select min(start) as start
    from (select start, count(*) filter (where begins) over (order by start) as bout from marked)
    group by bout
    having count(*) >= 3
),
apart as (
    select epoch(start) - epoch(lag(start) over (order by start)) as seconds from bouts
)
select count(seconds) + 1 as times, round(median(seconds) / 3600, 1) as hours
from apart
having count(seconds) >= 2 and max(seconds) <= 1.05 * min(seconds)
