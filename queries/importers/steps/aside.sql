/*
title: lines to map apart
summary: >
  One row a line of a log in which some are broken: whether it is JSON, whether it cannot be accepted as it stands, and a
  hash of its key, which tells what stands there twice. Reads no more of a line than that.
*/
insert into intake.marked
with leaves as (
    select
        file,
        line,
        from_json(case when json_valid(body) then body end, '{"id": "json", "trace_id": "json", "start": "json"}') as r
    from stream
)
select
    file,
    line,
    r is not null as json,
    -- a text that begins with no digit is seldom a time: to be sure of the others would take longer than it saves
    coalesce(r.id::varchar, '""') = '""' or r.start is null
    or (starts_with(r.start, '"') and not (r.start::varchar between '"0' and '":')) as refused,
    hash(coalesce(r.trace_id, r.id), r.id) as key
from leaves
