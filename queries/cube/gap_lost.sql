/*
title: lost fields
summary: requests with a record that lacks a field which records of its sort have
why: >
  Only records that ended well are asked, and only sorts (kind and name) that had the field regularly. An output may be
  missing for a good reason - a tool was called, nothing was written - so it is missed where tokens say it was there.
  A canned answer that took the place of a call has nothing of a call to lose, and one from the cache used nothing.
*/
select
    r.request_id as id,
    s.trace_id,
    min(f.start) as "at",
    bool_or(s."/*column*/" is null) as bad
from spans as s
inner join span_request as r on s.trace_id = r.trace_id and s.id = r.id
inner join request_facts as f on r.trace_id = f.trace_id and r.request_id = f.id
where
    coalesce(s.status, 'ok') = 'ok'
    and list_contains($sorts, s.kind || chr(31) || coalesce(s.name, ''))
    and (
        '/*column*/' <> 'output'
        or s.output is not null
        or (s.output_tokens > 1 and coalesce(s.finish_reason, '') <> 'tool_calls')
    )
    and not (
        (s.fallback is not null or coalesce(s.cache_status, '') = 'hit')
        and s.output_tokens is null
        and '/*column*/' in ('input_tokens', 'output_tokens', 'cost_usd', 'model', 'provider', 'finish_reason')
    )
group by r.request_id, s.trace_id
