/*
title: a limit that shows
kinds: [timeouts]
sentence:
  en: "{share} of them end within a fiftieth of {limit_s} s: a limit of that length cuts them off."
  ko: "그중 {share}가 {limit_s}초의 2% 안에서 끝납니다. 그 길이의 제한 시간이 끊고 있습니다."
why: >
  People's patience is spread wide; a limit in a client, a gateway or a server lets times pile up at a round number. Said
  where half of what ran out of time or more (and ten at least) lies there.
*/
with late as (
    select r.duration_ms / 1000 as seconds
    from (select distinct trace_id, id from hurt where candidate = $hurt) as h
    inner join request_facts as r on h.trace_id = r.trace_id and h.id = r.id
    where r.status <> 'ok' and r.duration_ms > 0
)
select limit_s, count(*) filter (where seconds between 0.98 * limit_s and 1.02 * limit_s) / count(*) as share
from late
cross join (select unnest([1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600]) as limit_s)
group by limit_s
having share >= 0.5 and count(*) >= 10
order by share desc, limit_s
limit 1
