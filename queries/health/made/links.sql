/*
title: links
summary: >
  Spans that do not fit to their parent: it is not in the log, or the span begins before it, long after it ended, or ends
  after it though it took less time. `start` is the parent's; `ahead_s` is how much later the span begins, null where there is no parent, and
  `after_s` how much later than the parent's end.
why: one pass over ids and times serves several facts; most logs leave nothing here
*/
create or replace temp table links as
select
    c.trace_id,
    c.parent_id,
    p.start,
    c.source_file,
    p.source_file as parent_file,
    epoch(c.start) - epoch(p.start) as ahead_s,
    epoch(c.start) - epoch(p."end") as after_s,
    p.id is not null
    and (c.start < p.start - interval 1 second or c.start > coalesce(p."end", p.start) + interval 20 minute) as outside
from $schema.spans as c
left join $schema.spans as p on c.trace_id = p.trace_id and c.parent_id = p.id
where
    c.parent_id is not null
    and (
        p.id is null
        or c.start < p.start - interval 1 second
        or c.start > coalesce(p."end", p.start) + interval 20 minute
        or (c.start > p.start + interval 1 second and c."end" > p."end" + interval 1 second and c."end" - c.start <= p."end" - p.start)
    )
