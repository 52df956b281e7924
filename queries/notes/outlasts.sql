/*
title: a storm that outlasts what began it
kinds: [retry_storm]
sentence:
  en: "It began with {first}, which ended at {ended}; attempts went on failing for {hours} h more, with {later}: what began it is over, and something keeps it up, such as the retries themselves."
  ko: "{first}(으)로 시작되어 {ended}에 끝났지만, 시도는 {later}(으)로 {hours}시간 더 실패했습니다. 처음 원인은 끝났고, 재시도 자체와 같은 다른 것이 이를 이어 가고 있습니다."
why: >
  Retries can load a service so much that it fails of them alone. What failed first is the sort of most of the first tenth of
  the failed attempts (ten at least); it has ended where nineteen in twenty of its cases lie. Said where another sort follows
  it for a fifth of the time, in twenty attempts and in nine of ten of those that are left.
*/
with failed as (
    select
        s.start,
        coalesce(s.error_type, 'HTTP ' || s.http_status, s.status) as sort,
        row_number() over (order by s.start, s.id) as place,
        count(*) over () as total
    from (select distinct trace_id, id from hurt where candidate = $hurt) as h
    inner join span_request as m on h.trace_id = m.trace_id and h.id = m.request_id
    inner join spans as s on m.trace_id = s.trace_id and m.id = s.id
    where s.status in ('error', 'timeout')
),
began as (
    select mode(sort order by place) filter (where place <= greatest(10, total / 10)) as first, min(start) as start, max(start) as "end"
    from failed
),
finished as (
    select b.first, b.start, b."end", quantile_disc(f.start, 0.95) as ended
    from failed as f
    inner join began as b on f.sort = b.first
    group by b.first, b.start, b."end"
),
left_over as (
    select o.first, o.start, o.ended, o."end", f.sort, count(*) as n, sum(count(*)) over () as others
    from finished as o
    inner join failed as f on f.start > o.ended
    group by o.first, o.start, o.ended, o."end", f.sort
)
select first, strftime(ended, '%Y-%m-%d %H:%M UTC') as ended, round(date_diff('minute', ended, "end") / 60, 1) as hours, sort as later
from left_over
where sort <> first and n >= 20 and n >= 0.9 * others and date_diff('second', ended, "end") >= 0.2 * date_diff('second', start, "end")
