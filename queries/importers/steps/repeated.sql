/*
title: records met before
summary: >
  Every row whose trace and id occur more than once, and every folded record. `place` counts them in the order of
  reading: the first is the one that was accepted; a folded record stands behind the record it belongs to. `weight`
  breaks ties by content alone, so that the order of the files does not decide what stays.
*/
create or replace table intake.repeats as
with
suspects as (
    select
        *,
        contains(filename, '/day=folded/') as folded
    from read_parquet($parts, hive_partitioning = false, filename = true)
    where hash(trace_id, id) in (select k.key from intake.keys as k)
),
content as (
    select * exclude (source_file, source_line, filename, folded)
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
    row_number() over (partition by w.trace_id, w.id order by w.folded, f.file, w.source_line, w.weight) as place
from weighed as w
inner join intake.files as f on w.source_file = f.label
qualify count(*) over (partition by w.trace_id, w.id) > 1 or w.folded
