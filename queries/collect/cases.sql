/*
title: failing cases
summary: requests that failed, one row each, with the finding they are a case of; alike ones once, every slice heard
why: >
  A request is a case of the first finding that it fits (an example of it, or a signal of its kind in its time and slice).
  One that fits none is a case all the same where its signal is a fault by itself; what is a fault only where there is more
  of it than usual (a refusal may be right) is left to the findings. The same question failing in the same way is one case.
  Findings take turns, and in each its slices, so that the loudest does not fill the set. What has no input cannot be
  replayed, and what is about all requests together (a hit rate, a budget, a hole) is no case.
params: "$start, $end: the window; $each: most of one slice; $most: most in all"
*/
create or replace temp table failing as
with facts as (
    select m.request_id as id, s.trace_id, s.kind, s.confidence, s.reason
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.confidence >= 0.5
    union all
    select
        id, trace_id, case status when 'timeout' then 'timeouts' else 'error_burst' end, 1.0,
        concat_ws(' ', 'it ended in', coalesce(error_type, status), http_status::varchar)
    from request_facts
    where status in ('error', 'timeout')
),
blamed as (
    select id, trace_id, kind, max(confidence) as confidence, arg_max(reason, (confidence, reason)) as reason
    from facts
    group by id, trace_id, kind
),
ranked as (
    -- findings about traffic, the bill, the log or the objective: to send one request again shows nothing of them
    select *, rowid as place
    from findings
    where kind not in (
        'cache_drop', 'traffic_drop', 'logging_gap', 'slo_burn', 'late_detection', 'cost_mismatch', 'input_drift'
    )
),
named as (
    select place, kind, unnest(examples) as example, unnest(range(len(examples))) as nth
    from ranked
),
shown as (
    -- an example is the id of a request, of one of its spans, or of its trace
    select n.place, n.kind, n.nth, m.request_id as id, m.trace_id
    from named as n
    inner join span_request as m on n.example = m.id
    union
    select n.place, n.kind, n.nth, r.id, r.trace_id
    from named as n
    inner join request_facts as r on n.example = r.trace_id
),
known as (
    select
        r.id, r.trace_id, r.start, r.answer_id, r.question_id, q.input_key,
        map {
            'tenant': r.tenant, 'locale': r.locale, 'region': r.region, 'client': r.client, 'route': r.route,
            'feature': r.feature, 'provider': r.provider, 'model': coalesce(r.model, r.model_requested),
            'prompt_version': r.prompt_version, 'app_version': r.app_version, 'index_version': r.index_version,
            'arm': r.arm, 'name': r.name
        } as fields
    from request_facts as r
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    where q.has_input and r.start >= $start and r.start < $end
),
fitting as (
    select b.id, b.trace_id, g.place, b.reason, 100.0 - b.confidence as nth
    from blamed as b
    inner join known as k on b.id = k.id and b.trace_id = k.trace_id
    inner join ranked as g
        on (b.kind = g.kind or list_contains((g.also -> '$[*].kind')::varchar[], b.kind))
        and k.start >= g."from" and (g."to" is null or k.start < g."to")
    where coalesce(list_bool_and(list_transform(json_keys(g."where"), lambda f: coalesce(case
        when json_type(g."where" -> f) = 'ARRAY' then list_contains((g."where" -> f)::varchar[], k.fields[f])
        else (g."where" ->> f) = k.fields[f]
    end, false))), true)
    union all
    select s.id, s.trace_id, s.place, b.reason, s.nth
    from shown as s
    left join blamed as b on s.id = b.id and s.trace_id = b.trace_id and s.kind = b.kind
),
together as (
    select id, trace_id, place, reason, nth from fitting
    union all
    select id, trace_id, null, concat_ws(': ', kind, reason), 100.0 - confidence
    from blamed
    where kind not in ('refusal', 'fallback_answer', 'injection_attempts', 'cost_mismatch')
),
first_of as (
    select t.*, k.* exclude (id, trace_id)
    from together as t
    inner join known as k on t.id = k.id and t.trace_id = k.trace_id
    qualify row_number() over (partition by t.id, t.trace_id order by t.place nulls last, t.nth, t.reason) = 1
),
cases as (
    select
        f.id, f.trace_id, f.start, f.answer_id, f.question_id, f.input_key, f.place, f.nth,
        [f.fields['tenant'], f.fields['locale'], f.fields['route'], f.fields['model']] as slice,
        g.id as finding, g.title, coalesce(g.kind, string_split(f.reason, ': ')[1]) as kind,
        case when f.place is null then regexp_replace(f.reason, '^[a-z_]+: ', '') else f.reason end as reason,
        coalesce(
            g."where",
            json_object('tenant', f.fields['tenant'], 'locale', f.fields['locale'], 'route', f.fields['route'], 'model', f.fields['model'])
        ) as "where"
    from first_of as f
    left join ranked as g on f.place = g.place
),
once as (
    select * from cases
    qualify row_number() over (partition by kind, input_key order by place nulls last, nth, start, id) = 1
),
heard as (
    select *, row_number() over (partition by kind, place, slice order by nth, start, id) as turn
    from once
),
rounds as (
    select *, row_number() over (partition by kind, place order by turn, slice, id) as round
    from heard
    where turn <= $each
)
select *
from rounds
order by round, place nulls last, kind, id
limit $most
