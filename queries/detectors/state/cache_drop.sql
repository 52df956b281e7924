/*
title: The cache hits less
question: Do fewer cache lookups than usual find what they look for?
needs: [cache_status]
rule: "11.2"
method: hits
unit: cache lookups
measure: {name: share of cache lookups that hit, unit: share, stat: good}
falls: 0.1
params:
  remembers: {value: 0.9, why: "where nine in ten hits follow an answer to the same question in this log, its own repeats tell which lookups could hit"}
  warms_h: {value: 6.0, why: "a cache that a release emptied fills as fast as questions repeat; one still cold after a quarter of a day is no longer warming"}
  habit_h: {value: 24.0, why: "how long an entry is thought to live where the log tells no time to live"}
advice: >
  Compare the keys of a repeated question before and after the onset - what differs (a time, an id, a version) does not
  belong in the key. Else look at the size of the store, at its time to live and at evictions. The share of hits must be
  back at its usual value.
*/
-- A lookup that nothing could answer is no case: a new question, the first of a version after a release, one after a quiet
-- night. Which these are the log's own repeats tell, where its hits follow them; else every lookup is a case. Which fields
-- make a question the same, beside its text and the versions, the hits tell: the first of five sets that they follow. The
-- model is one of them: a hit calls none, so where it names none it counts for the one that its place called last, and so
-- do the versions. Where none that knows who asks is followed, releases may leave the cache as it is: with
-- the versions or without, whichever tells the hits from the misses better.
with looked_up as (
    select
        s.id, s.trace_id, s.start, s.cache_status, s.cache_ttl_s, m.request_id, r.status,
        r.prompt_version, r.index_version, r.app_version, case when q.has_input then q.input_key end as input_key,
        hash(r.tenant, r.locale) as whose,
        coalesce(s.model_requested, s.model, r.model_requested, r.model) as called,
        hash(coalesce(r.route, r.feature, r.name, ''), coalesce(s.name, '')) as place
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    left join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    where s.cache_status in ('hit', 'miss')
),
lookups as (
    select
        *,
        coalesce(
            called,
            last_value(called ignore nulls) over (partition by whose, place order by start rows between unbounded preceding and 1 preceding)
        ) as model,
        -- a hit may name no version either, where calls and searches do
        hash(
            last_value(prompt_version ignore nulls) over so_far,
            last_value(index_version ignore nulls) over so_far,
            last_value(app_version ignore nulls) over so_far
        ) as versions
    from looked_up
    window so_far as (partition by place order by start rows between unbounded preceding and current row)
),
keyed as (
    select *, true as versioned, case when input_key is not null then hash(input_key, versions) end as asked
    from lookups
    union all
    select *, false as versioned, case when input_key is not null then hash(input_key) end as asked
    from lookups
    where (select count(distinct versions) > 1 from lookups)
),
lives as (
    select coalesce(median(cache_ttl_s) filter (where cache_ttl_s > 0), $habit_h * 3600) as seconds from lookups
),
spoilt as (
    -- what failed in some way, or came from a fallback, a cache is right not to keep
    select distinct m.trace_id, m.request_id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.confidence >= 0.5
        and s.kind in ('auth_expiry', 'empty_answer', 'error_as_answer', 'fallback_answer', 'partial_failure', 'refusal')
),
judged as (
    select
        l.*,
        case when l.cache_status = 'miss' and l.status = 'ok' and x.request_id is null then l.start end as filled
    from keyed as l
    left join spoilt as x on l.trace_id = x.trace_id and l.request_id = x.request_id
),
followed as (
    select
        *, max(filled) over of_all as exact, max(filled) over of_places as narrow, max(filled) over of_models as modelled,
        max(filled) over of_askers as usual, max(filled) over of_words as wide
    from judged
    window of_all as (partition by versioned, asked, whose, place, model order by start rows between unbounded preceding and 1 preceding),
        of_places as (partition by versioned, asked, whose, place order by start rows between unbounded preceding and 1 preceding),
        of_models as (partition by versioned, asked, whose, model order by start rows between unbounded preceding and 1 preceding),
        of_askers as (partition by versioned, asked, whose order by start rows between unbounded preceding and 1 preceding),
        of_words as (partition by versioned, asked order by start rows between unbounded preceding and 1 preceding)
),
known as (
    select
        f.id, f.trace_id, f.request_id, f.start, f.cache_status, f.versioned,
        coalesce(f.asked is not null and epoch(f.start) - epoch(f.exact) <= v.seconds, false) as exact,
        1 - (epoch(f.start) - epoch(f.exact)) / v.seconds as exact_left,
        coalesce(f.asked is not null and epoch(f.start) - epoch(f.narrow) <= v.seconds, false) as narrow,
        1 - (epoch(f.start) - epoch(f.narrow)) / v.seconds as narrow_left,
        coalesce(f.asked is not null and epoch(f.start) - epoch(f.modelled) <= v.seconds, false) as modelled,
        1 - (epoch(f.start) - epoch(f.modelled)) / v.seconds as modelled_left,
        coalesce(f.asked is not null and epoch(f.start) - epoch(f.usual) <= v.seconds, false) as usual,
        1 - (epoch(f.start) - epoch(f.usual)) / v.seconds as usual_left,
        coalesce(f.asked is not null and epoch(f.start) - epoch(f.wide) <= v.seconds, false) as wide,
        1 - (epoch(f.start) - epoch(f.wide)) / v.seconds as wide_left
    from followed as f
    cross join lives as v
),
tried as (
    -- the first tenth of the hits may rest on what was stored before the log began
    select
        versioned,
        case
            when avg(exact::integer) >= $remembers then 'exact'
            when avg(narrow::integer) >= $remembers then 'narrow'
            when avg(modelled::integer) >= $remembers then 'modelled'
            when avg(usual::integer) >= $remembers then 'usual'
            when avg(wide::integer) >= $remembers then 'wide'
            else 'none'
        end as follows
    from (
        select *, percent_rank() over (partition by versioned order by start) as place from known where cache_status = 'hit'
    )
    where place >= 0.1
    group by versioned
),
could_hit as (
    select
        k.id, k.versioned, k.cache_status,
        case t.follows
            when 'exact' then k.exact when 'narrow' then k.narrow when 'modelled' then k.modelled when 'usual' then k.usual
            when 'wide' then k.wide else true
        end as could
    from known as k
    inner join tried as t on k.versioned = t.versioned
),
told as (
    select
        versioned,
        avg(could::integer) filter (where cache_status = 'hit') as hits,
        coalesce(avg(could::integer) filter (where cache_status = 'miss'), 0) as misses
    from could_hit
    group by versioned
),
learnt as (
    select t.versioned, t.follows
    from tried as t
    inner join told as a on t.versioned = a.versioned
    order by t.versioned and t.follows not in ('wide', 'none') desc, round(a.hits - a.misses, 2) desc, not t.versioned
    limit 1
)
select
    k.request_id as id, k.trace_id, k.start as "at", k.cache_status = 'miss' as bad,
    -- the sooner after it was stored, the surer that it could have hit
    case e.follows
        when 'exact' then k.exact_left when 'narrow' then k.narrow_left when 'modelled' then k.modelled_left
        when 'usual' then k.usual_left when 'wide' then k.wide_left
    end as value
from known as k
inner join learnt as e on k.versioned = e.versioned
where k.cache_status = 'hit'
    or case e.follows
        when 'exact' then k.exact when 'narrow' then k.narrow when 'modelled' then k.modelled when 'usual' then k.usual
        when 'wide' then k.wide else true
    end
