/*
title: A failure served from the cache
kind: cached_failure
says: >
  A hit that gives out what should never have been kept: nothing at all, a refusal, an error, or "try again later". The
  reason tells which request put it there, where the log shows that. That nothing was found is an answer, and may be kept.
needs: [cache_status, output | status]
reads: [empty_answer, error_as_answer, fallback_answer, refusal]
thresholds:
  .95: nothing, or the text of an error
  .9: the request failed, and so had the one that filled the entry
  .85: the answer declines
  .7: it says that it cannot help now, or is a canned text
*/
with failing as (
    select
        trace_id, id,
        max(case kind when 'empty_answer' then 0.95 when 'error_as_answer' then 0.95 when 'refusal' then 0.85 else 0.7 end) as confidence,
        arg_max(
            case kind
                when 'empty_answer' then 'nothing' when 'error_as_answer' then 'an error' when 'refusal' then 'a refusal'
                else 'a fallback'
            end, confidence
        ) as what
    from signals
    anti join (
        select trace_id, id from acts where (abstains_first or abstains_last) and not refuses_first and not puts_off
    ) as a on signals.trace_id = a.trace_id and signals.id = a.id and signals.kind = 'fallback_answer'
    where kind in ('empty_answer', 'error_as_answer', 'fallback_answer', 'refusal') and confidence >= 0.5
    group by trace_id, id
),
lookups as (
    select s.id, s.trace_id, s.start, s.cache_status, s.cache_key, r.id as request_id, r.answer_id, r.root_id, r.status
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    where s.cache_status in ('hit', 'miss', 'write')
),
fills as (
    select trace_id, request_id, cache_key, start, status <> 'ok' as failed
    from lookups
    where cache_key is not null and cache_status <> 'hit'
),
hits as (
    select
        h.id, h.trace_id, h.status, w.failed, w.request_id as filled_by,
        coalesce(f.confidence, g.confidence) as confidence, coalesce(f.what, g.what) as what
    from (select * from lookups where cache_status = 'hit') as h
    asof left join fills as w on h.cache_key = w.cache_key and h.start > w.start
    left join failing as f on h.trace_id = f.trace_id and h.answer_id = f.id
    left join failing as g on h.trace_id = g.trace_id and h.root_id = g.id
)
select
    id, trace_id,
    max(case when status = 'error' then 0.9 else confidence end)::double as confidence,
    min(case when status = 'error' then 'a stored error' else 'a stored answer that is ' || what end
        || coalesce(', kept by request ' || filled_by, '')) as reason
from hits
where (status = 'ok' and confidence is not null) or (status = 'error' and failed)
group by id, trace_id
