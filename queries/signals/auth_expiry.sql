/*
title: A call refused for its credentials
kind: auth_expiry
says: >
  A span was refused because the key, token, certificate or login it came with is missing, wrong, expired or not allowed:
  by its HTTP code, by the name or text of its error in any vendor's words, or because what it gave back under status ok
  is the body of such an error. What a user writes about passwords is none.
needs: [http_status | error_type | error_message | output]
thresholds:
  .95: 401 or 407, or the error names the credentials
  .8: 403 with nothing that says why, or only that access is denied; or an error text that names credentials, given back
    under status ok
  .3: hints - 401 or 403 for content, quota, region or for a person's own wrong password
*/
with failed as (
    select
        id, trace_id, kind, http_status,
        -- names in one word are parted too: APIKeyInvalid, TokenExpired
        coalesce(error_type, '') as error_type,
        concat_ws(' ', regexp_replace(error_type, '([a-z])([A-Z])', '\1 \2', 'g'), error_message) as words
    from spans
    where http_status in (401, 403, 407) or error_type is not null or error_message is not null
),
told as (
    select
        id, trace_id, http_status,
        regexp_matches(words, $lex_credentials_latin) or regexp_matches(error_type, $lex_credentials_latin) as names,
        regexp_matches(words, $lex_refused_otherwise_latin) or http_status in (402, 429, 451) as otherwise,
        kind = 'request' and regexp_matches(words, $lex_own_password_latin) as own
    from failed
),
given_back as (
    select id, trace_id, left(answer, 600) as head
    from texts
    where status = 'ok' and answer_chars between 8 and 2000 and (parent_id is not null or kind in ('request', 'llm'))
),
bodies as (
    select id, trace_id
    from given_back
    where regexp_matches(head, $lex_error_body_latin) and regexp_matches(head, $lex_credentials_latin)
        and not regexp_matches(head, $lex_refused_otherwise_latin)
),
refused as (
    select
        id, trace_id,
        case
            when otherwise or own then 0.3
            when http_status in (401, 407) or names then 0.95
            else 0.8
        end as confidence,
        coalesce('HTTP ' || http_status || ', ', '')
        || case
            when otherwise then 'refused for something else'
            when own then 'a wrong password'
            when names then 'the error names credentials'
            else 'refused'
        end as reason
    from told
    where http_status in (401, 403, 407) or (names and http_status is distinct from 429)
    union all
    select id, trace_id, 0.8, 'gave back an error that names credentials'
    from bodies
)
select id, trace_id, max(confidence)::double as confidence, arg_max(reason, (confidence, reason)) as reason
from refused
group by id, trace_id
