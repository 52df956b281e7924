/*
title: {en: "A person to call", ko: "연락할 사람"}
asks: {en: "Does someone hear of it in time?", ko: "누군가 제때 알게 됩니까?"}
kinds: [late_detection]
says:
  en: "events that people noted: {of}; alerts and notices among them: {seen}"
  ko: "사람들이 기록한 사건 {of}건 중 경보·알림 {seen}건"
step:
  en: "Put an alert on the measure that was noticed late, and name who takes it."
  ko: "늦게 알게 된 지표에 경보를 두고 받을 사람을 정하십시오."
evidence:
  en: "Give alerts and notices as --context FILE, or let who is on call be stated in --config."
  ko: "경보와 알림을 --context FILE로 주거나, 담당자를 --config에 밝히십시오."
*/
with counted as (
    select count(*) filter (where kind in ('alert', 'notice')) as seen, count(*) as "of"
    from context
    where "at" >= $start and "at" < $end
)
select *, case when seen > 0 then 'pass' end as verdict
from counted
