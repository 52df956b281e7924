/*
title: misses by a changed key
summary: lookups that found nothing, whose question was looked up before under another key
why: >
  A key that stands for several questions is another key than before, and what was stored under the old one is not found.
  Where only a part of the requests has the new key, the two parts store nothing for each other.
*/
with lookups as (
    select
        m.request_id, m.trace_id, s.cache_status, s.cache_key,
        lag(s.cache_key) over (
            partition by q.input_key, r.tenant, r.locale, r.prompt_version, r.index_version, r.app_version order by s.start
        ) as before
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    inner join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    where s.cache_status in ('hit', 'miss') and s.cache_key is not null and q.has_input
)
select request_id as id, trace_id
from lookups
where cache_status = 'miss' and cache_key <> before
