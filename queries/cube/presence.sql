/*
title: presence
summary: how many records of each sort have each field, by hour
why: one pass that tells which fields were regular and may have been lost, before anything is looked at closely
*/
select
    kind || chr(31) || coalesce(name, '') as sort,
    floor((epoch(start) - $t0) / 3600)::integer as bucket,
    count(*) as n/*counts*/
from spans
where coalesce(status, 'ok') = 'ok' and start < $end
group by sort, bucket
