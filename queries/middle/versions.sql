/*
title: versions
summary: since when and until when each version of a prompt, an index or the application answered an operation
step: 6
*/
create or replace table versions as
with used as (
    select coalesce(route, feature, name, '') as operation, 'prompt_version' as field, prompt_version as version, start
    from request_facts
    union all
    select coalesce(route, feature, name, ''), 'index_version', index_version, start
    from request_facts
    union all
    select coalesce(route, feature, name, ''), 'app_version', app_version, start
    from request_facts
),
ranges as (
    select operation, field, version, min(start) as first_seen, max(start) as last_seen
    from used
    where version is not null
    group by operation, field, version
)
select
    *,
    lag(version) over w as before,
    lag(last_seen) over w as before_last_seen
from ranges
window w as (partition by operation, field order by first_seen, version);
