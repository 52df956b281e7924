/*
title: {en: The week in numbers, ko: 숫자로 본 주}
note:
  en: All requests, whatever was found in them; this time and as many like it before as the log holds whole, up to eight. A request fails when the log says that it ended in an error or ran out of time. Requests whose cost is not known count as nothing.
  ko: 발견과 관계없이 모든 요청입니다. 이 기간과, 로그에 온전히 있는 앞선 같은 길이의 기간(최대 여덟)입니다. 실패는 오류나 시간 초과로 끝났다고 기록된 요청입니다. 비용을 알 수 없는 요청은 0으로 더했습니다.
columns:
  since: {en: From, ko: 시작, unit: day}
  requests: {en: Requests, ko: 요청}
  users: {en: Users, ko: 사용자}
  failed: {en: Failed, ko: 실패, unit: share}
  median_ms: {en: Median duration, ko: 소요 시간 중앙값, unit: ms}
  slow_ms: {en: 95 % take less than, ko: 95%가 이보다 빠름, unit: ms}
  input_tokens: {en: Input tokens, ko: 입력 토큰}
  usd: {en: Cost, ko: 비용, unit: usd}
*/
with lengths as (
    select (epoch($end) - epoch($start)) / 86400 as days
),
steps as (
    -- whole days, though the last record is some minutes before midnight and a day of the zone may have 23 hours
    select case when abs(days - round(days)) < 0.05 then greatest(round(days), 1) else days end * 86400 as step
    from lengths
),
numbered as (
    -- the time of the report is 0, the one before it 1
    select r.*, s.step, greatest(ceil((epoch($start) - epoch(r.start)) / s.step), 0) as back
    from request_facts as r
    cross join steps as s
    where r.start < $end
),
whole as (
    select *, $start - to_seconds(step * back) as since
    from numbered
    where back <= 8
)
select
    since, count(*) as requests,
    nullif(count(distinct "user"), 0) as users,
    avg((status in ('error', 'timeout'))::integer) as failed,
    median(duration_ms) as median_ms, quantile_cont(duration_ms, 0.95) as slow_ms,
    sum(input_tokens)::bigint as input_tokens, sum(cost_usd)::double as usd
from whole
-- a part of a week would look like a fall
where since >= $start or since >= (select min(start) - interval 15 minute from request_facts)
group by since
order by since desc
