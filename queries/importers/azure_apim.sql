/*
title: Azure API Management, gateway logs
summary: GatewayLogs with the bodies that went to and came from the model, as records or as a table, and ApiManagementGatewayLlmLog
docs: https://learn.microsoft.com/azure/api-management/api-management-howto-llm-logs
notes: >
  One call is one span, named by its correlation id. The rows of ApiManagementGatewayLlmLog tell request and response apart and
  cut them at 32 KB: they are put together in the order of their numbers and folded into the call, and tokens count once. A
  body that the gateway log cut at 8 KB gives way to the whole one of the other log; without that, what stands in it before the
  cut is kept, with an ellipsis, and `attributes.cut` says so. A prompt that the content filter stopped is an error; an
  answer that it stopped has status ok, finish reason content_filter and the action block.
fills: >
  id trace_id kind name route start end duration_ms status error_type error_message http_status provider model_requested model
  input output output_format finish_reason input_tokens output_tokens cache_read_tokens cache_write_tokens reasoning_tokens
  temperature seed cache_status retrieval_hits retrieval_top_score retrieval_documents citations guardrail_category
  guardrail_action tenant user session feature client region prompt_version attributes
detect: >
  azure_category(body) in ('gatewaylogs', 'gatewayllmlogs')
  or (list_has_all(azure_names(body), ['correlationid', 'sequencenumber'])
    and list_has_any(azure_names(body), ['prompttokens', 'requestmessages', 'responsemessages']))
  or (list_has_any(azure_names(body), ['correlationid'])
    and list_has_any(azure_names(body), ['backendresponsecode', 'isrequestsuccess', 'backendresponsebody', 'apimsubscriptionid']))
first: azure
then: bodies
*/
with
named as (
    select
        *,
        from_json(azure_plain(properties || fields), '{
            "time": "json", "timegenerated": "json", "category": "varchar", "correlationid": "json", "durationms": "json",
            "totaltime": "json", "isrequestsuccess": "json", "location": "json", "region": "json", "operationid": "json",
            "operationname": "json", "url": "varchar", "responsecode": "json", "cache": "varchar", "backendurl": "varchar",
            "backendrequestbody": "json", "backendresponsebody": "json", "requestbody": "json", "responsebody": "json",
            "apimsubscriptionid": "json", "userid": "json", "lasterror": "json", "lasterrorreason": "json",
            "lasterrormessage": "json", "sequencenumber": "json", "modelname": "json", "deploymentname": "json",
            "prompttokens": "json", "completiontokens": "json", "requestmessages": "json", "responsemessages": "json"}') as s
    from opened
),
kept as (
    select
        * exclude (body),
        body,
        content_hash(body) as content,
        coalesce(lower(s.category) = 'gatewayllmlogs', false) or s.sequencenumber is not null or s.requestmessages is not null
        or s.responsemessages is not null as told_apart,
        azure_time(coalesce(s."time", s.timegenerated)) as start,
        json_integer(loose_number(s.sequencenumber)) as piece,
        json_text(s.requestmessages) as asked_piece,
        json_text(s.responsemessages) as answered_piece
    from named
),
numbered as (
    -- a row that stands twice is one row; of several records of one id the gateway's comes first, then the first piece
    select
        *,
        row_number() over (partition by s.correlationid, content order by file, line, ord) as copy,
        dense_rank() over (partition by s.correlationid order by told_apart, piece, start::varchar, content) as place
    from kept
),
pieces as (
    select
        s.correlationid as call,
        list(asked_piece order by place) filter (where nullif(nullif(asked_piece, '[]'), '') is not null and copy = 1) as asked_pieces,
        list(answered_piece order by place) filter (where nullif(nullif(answered_piece, '[]'), '') is not null and copy = 1)
            as answered_pieces,
        max(place) as pieces_in_all,
        max(json_integer(loose_number(s.prompttokens))) as input_tokens,
        max(json_integer(loose_number(s.completiontokens))) as output_tokens,
        any_value(s.modelname) as model,
        any_value(s.deploymentname) as deployment
    from numbered
    where told_apart
    group by call
),
joined_up as (
    select
        n.*,
        p.* exclude (call),
        pieces_together(p.asked_pieces) as asked,
        pieces_together(p.answered_pieces) as answered,
        parsed_text(nullif(s.backendrequestbody, '""')) as backend_asked,
        parsed_text(nullif(s.requestbody, '""')) as client_asked,
        parsed_text(nullif(s.backendresponsebody, '""')) as backend_answered,
        parsed_text(nullif(s.responsebody, '""')) as client_answered,
        -- the backend's may be no more than a host
        concat_ws(' ', s.backendurl, s.url) as address,
        json_integer(loose_number(s.responsecode)) as code,
        nullif(json_text(coalesce(s.lasterrorreason, parsed_text(s.lasterror) -> 'reason')), '') as trouble
    from numbered as n
    left join pieces as p on s.correlationid = p.call and place = 1
)
select
    file,
    line,
    ord,
    body,
    place > 1 and told_apart as folded,
    case
        when place = 1 or told_apart then s.correlationid
        else to_json(json_text(s.correlationid) || '#' || left(hex(content), 8))
    end as id,
    s.correlationid as trace_id,
    case when lower(s.category) not in ('gatewaylogs', 'gatewayllmlogs') then 'not a gateway record: ' || s.category end as refused,
    to_json(case
        when place > 1 and told_apart then null
        when contains(address, '/embeddings') or contains(lower(json_text(coalesce(s.operationid, s.operationname))), 'embedding')
            then 'embedding'
        when told_apart or (coalesce(backend_asked, client_asked) -> 'messages') is not null then 'llm'
        when regexp_matches(address, '/(completions|responses|messages|deployments)\b') then 'llm'
        else 'request'
    end) as kind,
    case when not told_apart or place = 1 then coalesce(s.operationid, s.operationname) end as name,
    to_json(nullif(regexp_extract(s.url, '^https?://[^/]+([^?]*)', 1), '')) as route,
    start,
    null::json as "end",
    loose_number(coalesce(s.durationms, s.totaltime)) as duration_ms,
    to_json(case
        when told_apart then case when place = 1 and (answered is not null or output_tokens > 0) then 'ok' end
        when trouble = 'ClientConnectionFailure' then 'cancelled'
        when contains(lower(trouble), 'timeout') then 'timeout'
        when http_outcome(code) <> 'ok' then http_outcome(code)
        when lower(json_text(s.isrequestsuccess)) in ('true', '1') then 'ok'
        when lower(json_text(s.isrequestsuccess)) in ('false', '0') then 'error'
        else http_outcome(code)
    end) as status,
    to_json(trouble) as error_type,
    nullif(coalesce(s.lasterrormessage, parsed_text(s.lasterror) -> 'message'), '""') as error_message,
    to_json(case when code > 0 then code end) as http_status,
    '"azure"'::json as provider,
    coalesce(deployment, to_json(nullif(regexp_extract(address, '/deployments/([^/? ]+)', 1), ''))) as model_requested,
    nullif(model, '""') as model,
    to_json(cut_field(json_string(coalesce(backend_answered, client_answered)), 'finish_reason')) as finish_reason,
    to_json(input_tokens) as input_tokens,
    to_json(output_tokens) as output_tokens,
    null::json as cache_read_tokens,
    to_json(case when lower(s.cache) in ('hit', 'miss') then lower(s.cache) end) as cache_status,
    nullif(s.apimsubscriptionid, '""') as client,
    -- the caller's own user before the developer whom the gateway knows
    coalesce(told(client_asked -> 'user'), told(backend_asked -> 'user'), nullif(s.userid, '""')) as "user",
    null::json as session,
    null::json as tenant,
    null::json as feature,
    null::json as prompt_version,
    case when not told_apart or place = 1 then coalesce(s.location, s.region) end as region,
    case
        when place > 1 and told_apart then null
        else coalesce(
            whole_body(backend_asked), whole_body(client_asked), asked, backend_asked, client_asked
        )
    end as asked,
    case
        when place > 1 and told_apart then null
        else coalesce(
            whole_body(backend_answered), whole_body(client_answered), answers_of(answered), backend_answered, client_answered
        )
    end as answered,
    -- each piece tells its number, so that one that is met again is known as such; the call tells how many there are
    case when told_apart and place > 1 then json_object('pieces', place) else merged(
        azure_rest(fields, [
            'time', 'timegenerated', 'correlationid', 'durationms', 'totaltime', 'location', 'region', 'operationid', 'properties',
            'backendrequestbody', 'backendresponsebody', 'requestbody', 'responsebody', 'modelname', 'deploymentname',
            'prompttokens', 'completiontokens', 'totaltokens', 'sequencenumber', 'requestmessages', 'responsemessages'
        ]),
        object_of_told([{'k': 'properties', 'v': azure_rest(properties, [
            'operationid', 'backendrequestbody', 'backendresponsebody', 'requestbody', 'responsebody', 'correlationid',
            'modelname', 'deploymentname', 'prompttokens', 'completiontokens', 'totaltokens', 'sequencenumber',
            'requestmessages', 'responsemessages'
        ])}, {'k': 'pieces', 'v': to_json(pieces_in_all)}])
    ) end as extra
from joined_up
