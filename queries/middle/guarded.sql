/*
title: guarded
summary: checks of a policy category that elsewhere in this log would have been stopped, whether they were or not
step: 6
needs: [texts]
why: >
  Most checks let harmless text pass, and rightly so. Which ones would be stopped is learnt from the log, category by
  category - a score that is as high as nine in ten of those stopped; the very question that was stopped at another time; or,
  where no score is logged, any report of a category that is stopped nearly always somewhere. Somewhere is the value of a
  field (a tenant, a locale, a version) with at least 20 such checks, or an eighth of them in order of time - a guardrail that
  was switched off everywhere is seen in what it stopped before.
*/
create or replace table guarded as
with checks as (
    select
        s.trace_id, s.id, m.request_id, s.start,
        lower(s.guardrail_category) as category,
        s.guardrail_score as score,
        s.guardrail_action as action,
        s.guardrail_action in ('block', 'mask') as is_stopped,
        coalesce(t.question_key, hash(lower(trim(s.input)))) as question_key,
        length(coalesce(t.question_head, s.input)) >= 8 as is_text,
        r.tenant, r.locale, coalesce(r.route, r.feature, r.name) as route, r.client, coalesce(r.model, r.model_requested) as model,
        r.region, r.arm, r.app_version, r.prompt_version
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    left join texts as t on r.trace_id = t.trace_id and r.question_id = t.id
    where s.guardrail_category is not null and s.guardrail_action in ('allow', 'flag', 'block', 'mask')
),
stopped as (
    select
        category,
        quantile_cont(score, 0.1) as threshold,
        count(score) > 0.5 * count(*) as is_scored
    from checks
    where is_stopped
    group by category
    having count(*) >= 5
),
repeated as (
    select category, question_key, count(*) filter (where is_stopped) >= 3 and avg(is_stopped::integer) >= 0.5 as is_sure
    from checks
    where is_text
    group by category, question_key
    having count(*) filter (where is_stopped) >= 1 and count(*) filter (where is_stopped) < count(*)
        and avg(is_stopped::integer) >= 0.3
),
risky as (
    select c.*, s.is_scored and c.score >= s.threshold as is_high, q.question_key is not null as is_repeated
    from checks as c
    inner join stopped as s on c.category = s.category
    left join repeated as q
        on c.category = q.category and c.question_key = q.question_key and c.is_text
        -- a low score for a question that was stopped once says that it was another text (a turn before, an attachment)
        and (not s.is_scored or c.score is null or c.score >= s.threshold or q.is_sure)
    where case when s.is_scored then c.score >= s.threshold else c.score is null end or q.question_key is not null
),
placed as (
    unpivot (
        select
            category, is_stopped, tenant, locale, route, client, model, region, arm, app_version, prompt_version,
            ntile(8) over (partition by category order by start, trace_id, id)::varchar as time_part
        from risky
        where is_high or not is_repeated
    ) on tenant, locale, route, client, model, region, arm, app_version, prompt_version, time_part into name field value content
),
places as (
    select category, field, content, avg(is_stopped::integer) as share from placed
    group by category, field, content
    having count(*) >= 20
),
usual as (
    select category, max(share) as share from places group by category
)
select
    r.trace_id, r.id, r.request_id, r.start, r.category, r.action, r.score, r.is_stopped, r.is_repeated,
    greatest(u.share, a.share) as usual_share
from risky as r
inner join (select category, avg(is_stopped::integer) as share from risky group by category) as a on r.category = a.category
left join usual as u on r.category = u.category
-- where no score tells them apart, a report of a category that mostly passes is no risk by itself
where coalesce(r.is_high, false) or r.is_repeated or greatest(u.share, a.share) >= 0.6;
