/*
title: what people and other systems knew
summary: >
  A context file: a time, one of six kinds, words, a reference, and any field of a span to say what it concerns. Empty
  cells are absent. `reason` says why a record is refused.
detect: >
  has_all(body, ['at', 'kind'])
  and lower(body ->> 'kind') in ('deploy', 'config', 'alert', 'notice', 'mitigation', 'resolved')
*/
select
    file,
    line,
    body,
    json_moment(body -> 'at') as "at",
    lower(body ->> 'kind') as kind,
    nullif(body ->> 'text', '') as text,
    nullif(body ->> 'ref', '') as ref,
    -- a patch of nothing: empty cells, which are null, go
    nullif(json_merge_patch('{}', json_rest(body, '{"at": null, "kind": null, "text": null, "ref": null}')), '{}') as concerns,
    case
        when json_moment(body -> 'at') is null then 'at cannot be read'
        when
            lower(body ->> 'kind') is null
            or lower(body ->> 'kind') not in ('deploy', 'config', 'alert', 'notice', 'mitigation', 'resolved')
            then 'kind is none of deploy, config, alert, notice, mitigation, resolved'
    end as reason
from records
