/*
title: A request that goes round and round
kind: runaway_loop
says: >
  Steps of one request are repeated with the same input, one after the other, though nothing failed; or calls of the model
  and of tools take turns many times more often than their operation usually needs. The fact is noted on the request.
needs: [parent_id]
thresholds:
  - 0.9 - one step four times with the same input and the same result, and three times more than the operation usually does
  - 0.85 - two steps or more, each three times with the same input, in turns
  - 0.7 - one step five times with the same input and other results, four times more than usual
  - 0.6 - twenty steps of a few sorts in ten turns, and five times as many as usual, or as the upper quartile lets expect of
    one request in a thousand; inputs differ, or are not logged
  - 0.4 - one step three times with the same input and the same result - it may have waited for something
why: >
  A failed call that is made again at once is an attempt, no round; calls that overlap were sent out together; pages of a
  list have inputs of their own. Only leaves are steps, for a wrapper repeats what is in it. What an operation usually does
  is its median, which loops in less than half of its requests cannot move. Agents need three steps or sixty, as the work
  is: where the upper quartile lies far over the median, so do long runs. As logarithms vary like that, 3 deviations are
  4.45 times as far as the quartile.
*/
with many as (
    select trace_id, id as request_id, coalesce(route, feature, name, '') as operation
    from request_facts
    where spans >= 5
),
steps as (
    select
        m.trace_id, m.request_id, s.id, s.kind, s.start, s."end", coalesce(s.status, 'ok') as status,
        coalesce(s.name, s.kind) as name,
        hash(s.kind, s.name, s.input) as asked,
        s.input is null as no_input,
        hash(s.output) as got
    from many as m
    inner join span_request as r on m.trace_id = r.trace_id and m.request_id = r.request_id
    inner join spans as s on r.trace_id = s.trace_id and r.id = s.id
    anti join spans as c on s.trace_id = c.trace_id and s.id = c.parent_id
    where s.kind in ('llm', 'tool', 'retrieval', 'http', 'other') and s.parent_id is not null
),
neighbours as (
    select
        *,
        lag(asked) over w as last_asked,
        lag(status) over w as last_status,
        lag(kind) over w as last_kind,
        lag("end") over (partition by trace_id, request_id, asked order by start, id) as same_ended
    from steps
    window w as (partition by trace_id, request_id order by start, id)
),
rounds as (
    select *
    from neighbours
    where not coalesce(asked = last_asked and last_status <> 'ok', false)
        and not coalesce(start < same_ended, false)
),
repeated as (
    select trace_id, request_id, asked, any_value(name) as name, count(*) as times
    from rounds
    where not no_input
    group by trace_id, request_id, asked
),
with_result as (
    select trace_id, request_id, max(times) as again
    from (
        select trace_id, request_id, count(*) as times
        from rounds
        where not no_input
        group by trace_id, request_id, asked, got
    )
    group by trace_id, request_id
),
per_request as (
    select trace_id, request_id, max(times) as times, arg_max(name, (times, name)) as name, count(*) filter (where times >= 3) as in_turns
    from repeated
    group by trace_id, request_id
),
counted as (
    select
        trace_id, request_id, count(*) as steps, count(*) filter (where kind <> last_kind) as turns, count(distinct name) as sorts
    from rounds
    group by trace_id, request_id
),
usual as (
    select
        coalesce(f.route, f.feature, f.name, '') as operation,
        count(*) >= 10 as known,
        median(coalesce(p.times, 1)) as times, median(coalesce(w.again, 1)) as again, median(coalesce(c.steps, f.spans)) as steps,
        quantile_cont(coalesce(c.steps, f.spans), 0.75) as upper
    from request_facts as f
    left join per_request as p on f.trace_id = p.trace_id and f.id = p.request_id
    left join with_result as w on f.trace_id = w.trace_id and f.id = w.request_id
    left join counted as c on f.trace_id = c.trace_id and f.id = c.request_id
    where f.spans > 1
    group by all
),
learnt as (
    -- a handful of requests does not say what is usual
    select
        operation, case when known then times else 1 end as times, case when known then again else 1 end as again,
        case when known then steps else 4 end as steps,
        case when known then greatest(5 * steps, steps * pow(upper / steps, 4.45)) else 20 end as many
    from usual
),
judged as (
    select
        m.trace_id, m.request_id, p.name, p.times, c.steps, u.steps as usual_steps,
        case
            when w.again >= 4 and w.again >= u.again + 3 then 0.9
            when p.in_turns >= 2 and p.times >= u.times + 2 then 0.85
            when p.times >= 5 and p.times >= u.times + 4 then 0.7
            when c.steps >= 20 and c.steps >= u.many and c.turns >= 10 and 5 * c.sorts <= c.steps then 0.6
            when w.again = 3 and u.again < 3 then 0.4
        end as confidence
    from many as m
    inner join learnt as u on m.operation = u.operation
    inner join counted as c on m.trace_id = c.trace_id and m.request_id = c.request_id
    left join per_request as p on m.trace_id = p.trace_id and m.request_id = p.request_id
    left join with_result as w on m.trace_id = w.trace_id and m.request_id = w.request_id
)
select
    request_id as id,
    trace_id,
    confidence::double as confidence,
    case
        when confidence = 0.6 then steps || ' steps where ' || usual_steps::bigint || ' are usual'
        else name || ' ' || times || ' times with the same input, of ' || steps || ' steps'
    end as reason
from judged
where confidence is not null
