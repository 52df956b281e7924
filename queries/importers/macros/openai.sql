/*
title: helpers for OpenAI
order: 9
summary: what a record is - a whole response, a piece of one, a request and its response, a line of a batch, a page of usage
*/
-- a proxy logs a message of HTTP, with the body inside it
create or replace macro http_body(message) as
    case
        when json_type(message, '$.body') in ('OBJECT', 'ARRAY', 'VARCHAR') then parsed_once(json_extract(message, '$.body'))
        else message
    end;

create or replace macro openai_shape(body) as
    case
        when (body ->> 'object') = 'chat.completion.chunk' or (
            (body ->> 'id') = '' and (body ->> 'object') = '' and (body -> 'prompt_filter_results') is not null
        ) then 'chunk'
        when (body ->> 'object') in ('chat.completion', 'text_completion')
            or ((body ->> 'object') = 'response' and has_any(body, ['output', 'status'])) then 'whole'
        when (body ->> 'object') = 'page' and coalesce(body ->> '$.data[0].object', 'bucket') = 'bucket' then 'page'
        when (body ->> 'object') = 'bucket' then 'bucket'
        when starts_with(body ->> 'object', 'organization.') and ends_with(body ->> 'object', '.result') then 'result'
        when starts_with(body ->> 'type', 'response.') and has_any(body, [
            'response', 'sequence_number', 'item_id', 'output_index', 'delta'
        ]) then 'event'
        when has_all(body, ['custom_id']) and has_any(body, ['response', 'error']) then 'batch'
        when has_all(body, ['custom_id', 'method', 'body']) then 'batch_request'
        -- traces and gateways have a request and a response too, and more to say about them
        when has_any(body, [
            'spans', 'trace_metadata', 'request_metadata', 'ai_org', 'ai_model', 'run_type', 'spend', 'response_cost', 'tokens_in',
            'request_created_at'
        ]) then null
        -- the response may be an object, the pieces of one, or either as text
        when regexp_matches(
            json_extract(body, ['$.response', '$.response_body', '$.resp', '$.res', '$.completion'])::varchar,
            'object\\*"\s*:\s*\\*"(chat\.completion|text_completion|response)'
        ) then 'pair'
    end;

-- a day's results under either of their names; a result that stands alone
create or replace macro bucket_results(bucket) as
    case
        when (bucket ->> 'object') = 'bucket'
            then json_extract(bucket, '$.results[*]') || json_extract(bucket, '$.result[*]')
        else [bucket]
    end;

-- what stands beside a request and its response, under names without case and signs
create or replace macro beside_it(names) as
    from_json(names, '{
            "id": "json", "requestid": "json", "callid": "json", "traceid": "json", "parentid": "json", "operation": "json",
            "operationname": "json", "timestamp": "json", "time": "json", "ts": "json", "start": "json", "starttime": "json",
            "startedat": "json", "requestedat": "json", "createdat": "json", "date": "json", "end": "json", "endtime": "json",
            "endedat": "json", "completedat": "json", "finishedat": "json", "durationms": "json", "latencyms": "json",
            "elapsedms": "json", "responsetimems": "json", "status": "json", "outcome": "json", "success": "json",
            "statuscode": "json", "httpstatus": "json", "error": "json", "errormessage": "json", "attempt": "json",
            "attemptnumber": "json", "costusd": "json", "cost": "json", "totalcost": "json", "user": "json", "userid": "json",
            "enduser": "json", "session": "json", "sessionid": "json", "conversationid": "json", "tenant": "json",
            "tenantid": "json", "customer": "json", "customerid": "json", "orgid": "json", "feature": "json",
            "usecase": "json", "product": "json", "promptversion": "json", "appversion": "json", "release": "json",
            "region": "json", "locale": "json", "client": "json", "clientname": "json"}');

-- A response as its events tell it: whole in the last one, where that came; else its beginning and what was written until
-- the stream broke off.
create or replace macro response_of_events(events) as
    coalesce(
        list_filter(events, lambda e: regexp_matches(e ->> 'type', '^response\.(completed|incomplete|failed)$'))[-1] -> 'response',
        json_merge_patch(list_filter(events, lambda e: json_type(e, '$.response') = 'OBJECT')[1] -> 'response', json_object(
            'output', [json_object('type', 'message', 'role', 'assistant', 'content', [json_object(
                'type', 'output_text', 'text', array_to_string(list_transform(
                    list_filter(events, lambda e: (e ->> 'type') in ('response.output_text.delta', 'response.refusal.delta')),
                    lambda e: e ->> 'delta'
                ), '')
            )])]
        ))
    );

-- what the names of a batch's files have in common: batch_1_output.jsonl and batch_1_error.jsonl, outputs/1.jsonl and errors/1.jsonl
create or replace macro batch_of(label) as
    regexp_replace(
        lower(label), '[-_. ]*(output|result|response|answer|error|failure|failed)s?([-_. ]*file)?|\.(jsonl|json|ndjson|gz|zst)', '', 'g'
    );
