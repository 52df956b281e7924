/*
title: traces spelled in two ways
summary: >
  Traces of which some records write the ids, numbers in base 16, in capitals and others in small letters: to OpenTelemetry
  they are the same ids. Others stay as the log spells them.
*/
create or replace table intake.spellings as
with
loud as (
    select distinct lower(trace_id) as trace
    from read_parquet($parts, hive_partitioning = false)
    where
        (trace_id <> lower(trace_id) and regexp_full_match(trace_id, '[0-9a-fA-F]{32}'))
        or (id <> lower(id) and regexp_full_match(id, '[0-9a-fA-F]{16}'))
        or (parent_id <> lower(parent_id) and regexp_full_match(parent_id, '[0-9a-fA-F]{16}'))
),
spelled as (
    select
        lower(trace_id) as trace,
        unnest([trace_id, id, parent_id]) as id
    from read_parquet($parts, hive_partitioning = false)
    where lower(trace_id) in (select l.trace from loud as l)
),
mixed as (
    select trace
    from spelled
    group by trace, lower(id)
    having count(distinct id) > 1
)
select distinct trace from mixed
