/*
title: records met before
summary: >
  Every row whose trace and id occur more than once, and every folded record. `place` counts them in the order of
  reading: the first is the one that was accepted; a folded record stands behind the record it belongs to. One that
  names no span ("@root"), no trace ("@span") or a session alone ("@session") finds it here; `kept` says whether there is a
  row for it. `weight` breaks ties by content alone, so that the order of the files does not decide what stays.
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
judged as (
    select distinct session, start
    from stored
    where folded and trace_id = '@session'
),
sittings as (
    -- the requests of sessions that are judged as a whole; often only what is folded into a trace names its session
    select
        t.session,
        s.trace_id,
        s.id,
        s.start
    from stored as s
    inner join (
        select distinct trace_id, session from stored
        where trace_id <> '@session' and session in (select j.session from judged as j)
    ) as t on s.trace_id = t.trace_id
    where not s.folded
    qualify
        s.parent_id is null
        or row_number() over (partition by t.session, s.trace_id order by s.parent_id is not null, s.start, s.id) = 1
),
ends as (
    -- what is said of a session belongs to the last request that had begun by then: on each it would count many times
    select
        j.session,
        j.start,
        coalesce(
            arg_max({'trace_id': s.trace_id, 'id': s.id}, (s.start, s.trace_id, s.id)) filter (where s.start <= j.start),
            arg_min({'trace_id': s.trace_id, 'id': s.id}, (s.start, s.trace_id, s.id))
        ) as request
    from judged as j
    inner join sittings as s on j.session = s.session
    group by j.session, j.start
),
suspects as (
    select
        s.id as told_id,
        s.trace_id as told_trace_id,
        s.* replace (
            case
                when not s.folded or s.id <> '@root' then s.id
                when s.trace_id = '@session' then coalesce(e.request.id, s.session)
                else coalesce(r.root, s.trace_id)
            end as id,
            case
                when not s.folded then s.trace_id
                when s.trace_id = '@session' then coalesce(e.request.trace_id, '@session')
                when s.trace_id = '@span' then coalesce(h.home, s.id)
                else s.trace_id
            end as trace_id
        )
    from stored as s
    left join roots as r on s.trace_id = r.trace_id
    left join homes as h on s.id = h.id
    left join ends as e on s.trace_id = '@session' and s.session = e.session and s.start = e.start
    where
        s.folded or hash(s.trace_id, s.id) in (select k.key from intake.keys as k) or s.id = r.root
        or s.trace_id = h.home or (s.trace_id, s.id) in (select (o.request.trace_id, o.request.id) from ends as o)
),
content as (
    select * exclude (told_id, told_trace_id, source_file, source_line, format, filename, folded)
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
    -- what only judges or comments a record that is not here makes no row: a score, a line written in some span
    bool_or(
        not w.folded or coalesce(w.input, w.output, w.model) is not null or w.input_tokens is not null or w."end" is not null
    ) over (partition by w.trace_id, w.id) as kept,
    -- a part that was met before is none that was still missing
    w.folded and row_number() over (
        partition by w.trace_id, w.id, w.folded, w.weight order by f.file, w.source_line
    ) > 1 as again
from weighed as w
inner join intake.files as f on w.source_file = f.label
qualify times > 1 or w.folded
