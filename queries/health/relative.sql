/*
title: relative times
summary: times that begin near 0 count from 1970-01-01T00:00Z
order: 60
sentence:
  en: "Times begin near 0 on {n:,} spans: they are taken as seconds counted from 1970-01-01T00:00Z, so dates, weekdays and prices of the day mean nothing there."
  ko: "span {n:,}개의 시각이 0 근처에서 시작합니다. 1970-01-01T00:00Z부터 센 것으로 읽었으므로 날짜, 요일, 그날의 가격은 의미가 없습니다."
*/
select count(*) as n
from $schema.spans
where start < timestamp '2000-01-01'
having n > 0
