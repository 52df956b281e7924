/*
title: waits
summary: the longest times between one record of any kind and the next
why: >
  A log is silent only while nothing at all is written, so every span counts, not requests alone. Waits under a second
  are no holes in any log.
*/
with followed as (
    select start, lag(start) over (order by start) as last
    from spans
    where start < $end
)
select epoch(last) as last, epoch(start) as next
from followed
where start - last >= interval 1 second
order by start - last desc, start
limit $most
