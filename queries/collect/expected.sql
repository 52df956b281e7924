/*
title: what would have been right
summary: for each failing case a good answer to the same question, where the log knows one and none speaks against it
why: >
  The same question is the same whole input of the same tenant and locale. An answer is good that was computed afresh, ended
  ok and carries no signal - so the healthy answers from before the onset, and of answers that contradict the side that most
  give. Where two sides are even, both carry the signal and nothing is expected. For a hit that was too old, the good answer
  must be younger than its entry. An answer under the same versions comes first, then the one given most, then the nearest.
*/
with asked as (
    select
        c.id, c.trace_id, c.kind, c.input_key, r.start, r.tenant, r.locale, r.prompt_version, r.index_version, r.model,
        case when c.kind = 'stale_cache' then r.start - to_seconds(coalesce(r.cache_age_s, 0)) end as not_before
    from failing as c
    inner join request_facts as r on c.trace_id = r.trace_id and c.id = r.id
),
spoken_against as (
    select
        m.request_id as id, s.trace_id,
        coalesce(max(s.confidence) filter (where s.kind = 'inconsistent_answer'), 0) as doubt,
        coalesce(max(s.confidence) filter (where s.kind <> 'inconsistent_answer'), 0) as fault
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where (s.confidence >= 0.5 or s.kind = 'inconsistent_answer')
        and s.kind not in ('timeouts', 'auth_expiry', 'cost_mismatch', 'duplicate_execution')
    group by m.request_id, s.trace_id
),
good as (
    select r.id, r.trace_id, r.start, r.tenant, r.locale, r.prompt_version, r.index_version, r.model, r.answer_id, t.answer_key,
        q.input_key, coalesce(s.doubt, 0) as doubt
    from request_facts as r
    inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    left join spoken_against as s on r.id = s.id and r.trace_id = s.trace_id
    where r.status = 'ok' and t.answer_chars > 0 and not t.called_tool and r.cache_status is distinct from 'hit'
        and coalesce(s.fault, 0) < 0.5
        and q.input_key in (select input_key from failing)
),
paired as (
    select
        a.id, a.trace_id, g.id as good_id, g.trace_id as good_trace_id, g.answer_id, g.answer_key, g.start as good_start,
        abs(date_diff('second', a.start, g.start)) as apart,
        (
            g.prompt_version is not distinct from a.prompt_version and g.index_version is not distinct from a.index_version
            and g.model is not distinct from a.model
        )::integer as alike,
        count(*) over (partition by a.id, a.trace_id, g.answer_key) as given
    from asked as a
    inner join good as g
        on a.input_key = g.input_key and a.tenant is not distinct from g.tenant and a.locale is not distinct from g.locale
        and (a.id <> g.id or a.trace_id <> g.trace_id)
        and case
            -- what contradicts the old answers is no worse for it
            when a.not_before is not null then g.start >= a.not_before
            -- a hint of contradiction passes only where a version explains it
            else g.doubt = 0 or (
                g.doubt < 0.5 and g.index_version = a.index_version and g.prompt_version is not distinct from a.prompt_version
            )
        end
)
select p.id, p.trace_id, p.good_id, p.given, s.output as expected
from paired as p
inner join spans as s on p.good_trace_id = s.trace_id and p.answer_id = s.id
qualify row_number() over (
    partition by p.id, p.trace_id order by p.alike desc, p.given desc, p.apart, p.good_start, p.good_id
) = 1
