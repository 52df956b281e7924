/*
title: records met before
summary: >
  Every row whose trace and id occur more than once, and every folded record. `place` counts them in the order of
  reading: the first is the one that was accepted; a folded record stands behind the record it belongs to. One that
  names no span ("@root") or no trace ("@span") finds it here. `weight`
  breaks ties by content alone, so that the order of the files does not decide what stays.
*/
create or replace table intake.repeats as
with
stored as (
    select
        *,
        ends_with(format, ':folded') as folded
    from read_parquet($parts, hive_partitioning = false, filename = true)
    where format <> 'refused'
),
roots as (
    -- what is said of a trace as a whole belongs to its root
    select
        trace_id,
        min_by(id, (parent_id is not null, start, id)) as root
    from stored
    where not folded and trace_id in (select f.trace_id from stored as f where f.id = '@root')
    group by trace_id
),
homes as (
    -- what is said of a span by its id alone belongs to the one trace that has it
    select
        id,
        min(trace_id) as home
    from stored
    where not folded and id in (select f.id from stored as f where f.trace_id = '@span')
    group by id
    having count(distinct trace_id) = 1
),
suspects as (
    select
        s.* replace (
            case when s.id = '@root' then coalesce(r.root, s.trace_id) else s.id end as id,
            case when s.trace_id = '@span' then coalesce(h.home, s.id) else s.trace_id end as trace_id
        )
    from stored as s
    left join roots as r on s.trace_id = r.trace_id
    left join homes as h on s.id = h.id
    where
        s.folded or hash(s.trace_id, s.id) in (select k.key from intake.keys as k) or s.id = r.root
        or s.trace_id = h.home
),
content as (
    select * exclude (source_file, source_line, format, filename, folded)
    from suspects
),
weighed as (
    select
        s.*,
        hash(to_json(c)) as weight
    from suspects as s
    positional join content as c
)
select
    w.* rename (filename as part),
    count(*) over (partition by w.trace_id, w.id) as times,
    row_number() over (
        partition by w.trace_id, w.id order by w.folded, f.file, w.source_line, w.weight
    ) as place,
    -- a part that was met before is none that was still missing
    w.folded and row_number() over (
        partition by w.trace_id, w.id, w.folded, w.weight order by f.file, w.source_line
    ) > 1 as again
from weighed as w
inner join intake.files as f on w.source_file = f.label
qualify times > 1 or w.folded
