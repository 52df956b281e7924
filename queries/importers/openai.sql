/*
title: OpenAI
summary: >
  chat completions, completions and Responses as they were stored or logged, alone or with their requests; dumped streams; batch
  input, output and error files; pages of the usage and costs interfaces
docs: https://platform.openai.com/docs/api-reference
notes: >
  The chunks of a stream are folded into one span, and so is a batch's request into its response (by custom_id, when they are
  read together). A batch request that failed has no time of its own: it is given that of the latest answer of its batch
  (in its file, of the file of its request, in the file that is named like its own but for "error" and "output", or in the
  only other one). Where several batches are read and none of these tells which is its own, it is refused.
  Usage and costs are sums, not requests: each result of a day is one span of kind `other` without a status, named after its
  object, from the beginning to the end of its bucket, with the tokens or the money of that day. Where models are told, the
  tokens of a usage page are priced like any others, unless a page of costs that is read with it tells the money of that day.
  The events of a streamed response are folded into one span too; where the last is missing, it has what was written until then.
fills: >
  id trace_id parent_id kind name route start end duration_ms status error_type error_message http_status attempt provider
  model_requested model input output output_format finish_reason input_tokens output_tokens cache_read_tokens cache_write_tokens
  reasoning_tokens cost_usd temperature seed retrieval_hits retrieval_top_score retrieval_documents citations guardrail_category
  guardrail_action tenant user session feature region locale client prompt_version app_version attributes
detect: openai_shape(body) is not null
then: bodies
*/
with
shaped as (
    select
        *,
        -- of a request that failed there may be nothing but an error
        coalesce(openai_shape(body), case when has_any(body, ['request', 'request_body', 'req', 'kwargs']) then 'pair' end) as shape
    from records
),
picked as (
    -- one macro a step: each writes its argument out several times
    select
        *,
        case shape
            when 'pair' then tag(body, ['request', 'requestbody', 'req', 'kwargs'])
            when 'whole' then case when json_type(body, '$.messages') = 'ARRAY' then json_object('messages', body -> 'messages') end
        end as sent,
        case shape
            when 'pair' then tag(body, ['response', 'responsebody', 'resp', 'res', 'completion'])
            when 'batch' then told(body -> '$.response.body')
            when 'whole' then body
        end as returned
    from shaped
    where shape in ('pair', 'whole', 'batch') or shape is null
),
parsed as (
    select
        *,
        parsed_once(sent) as sent_body, parsed_once(returned) as returned_body,
        beside_it(case when shape in ('pair', 'whole') then plain_names(body) end) as b
    from picked
),
calls as (
    select
        *,
        http_body(sent_body) as asked,
        http_body(returned_body) as answered
    from parsed
),
batch_times as (
    select file, max(json_number(coalesce(answered -> 'created', answered -> 'created_at'))) as latest
    from calls
    where shape = 'batch'
    group by file
),
batch_requests as (
    -- a key that was used for several requests names none of them
    select
        body ->> 'custom_id' as custom_id,
        any_value(body -> 'body') as asked,
        any_value(body ->> 'url') as url,
        case when count(distinct file) = 1 then any_value(file) end as asked_in
    from shaped
    where shape = 'batch_request'
    group by all
    having count(distinct json_extract(body, '$.body')::varchar) = 1
),
batch_answers as (
    select
        body ->> 'custom_id' as custom_id,
        any_value(body -> 'id') as id,
        any_value(coalesce(answered -> 'created', answered -> 'created_at')) as created,
        count(distinct body ->> 'id') as times
    from calls
    where shape = 'batch'
    group by all
),
batches as (
    -- the requests of one file are one batch: what failed of it, failed with the others
    select s.file, max(json_number(a.created)) as latest
    from shaped as s
    inner join batch_answers as a on s.body ->> 'custom_id' = a.custom_id and a.times = 1
    where s.shape = 'batch_request'
    group by s.file
),
answer_files as (
    select t.latest, batch_of(f.label) as batch, regexp_extract(f.label, '^(.*)/[^/]*$', 1) as folder
    from batch_times as t
    inner join intake.files as f on t.file = f.file
    where t.latest is not null
),
batches_by_name as (
    select batch, max(latest) as latest from answer_files group by batch
),
batches_by_folder as (
    -- where a folder holds one batch, or all that is read is of one
    select coalesce(folder, '*') as folder, max(latest) as latest
    from answer_files
    group by grouping sets ((folder), ())
    having count(distinct batch) = 1
),
chunks as (
    -- Azure's first piece has no id: it belongs to the next. A line that stands twice in other files is one.
    select
        *,
        first_value(case when (body ->> 'id') <> '' then body -> 'id' end ignore nulls) over (
            partition by file order by line, ord rows between current row and unbounded following
        ) as stream,
        row_number() over (partition by file, body ->> 'id', content_hash(body) order by line, ord) as nth
    from shaped
    where shape = 'chunk'
),
placed as (
    select
        *,
        row_number() over (partition by stream, content_hash(body), nth order by file, line, ord) as copy,
        min({'file': file, 'line': line, 'ord': ord}) over (partition by stream, content_hash(body), nth) as first_met
    from chunks
),
numbered as (
    select
        *,
        dense_rank() over (partition by stream order by first_met) as place
    from placed
),
streams as (
    select
        stream, count(*) as pieces_in_all,
        list(body order by place) as pieces
    from numbered
    where copy = 1
    group by stream
),
events as (
    -- few of them name the response: it is the one that began last before them, else the one that ends next after them
    select
        *,
        last_value(body -> '$.response.id' ignore nulls) over (
            partition by file order by line, ord rows between unbounded preceding and current row
        ) as behind,
        first_value(case when (body -> '$.response.id') is not null then body end ignore nulls) over (
            partition by file order by line, ord rows between current row and unbounded following
        ) as ahead
    from shaped
    where shape = 'event'
),
named_events as (
    select
        *,
        coalesce(behind, case when (ahead ->> 'type') <> 'response.created' then ahead -> '$.response.id' end) as response_id
    from events
),
copied_events as (
    select
        *,
        row_number() over (partition by file, response_id, content_hash(body) order by line, ord) as nth
    from named_events
),
placed_events as (
    select
        *,
        row_number() over (partition by response_id, content_hash(body), nth order by file, line, ord) as copy,
        min({'file': file, 'line': line, 'ord': ord}) over (partition by response_id, content_hash(body), nth) as first_met
    from copied_events
),
numbered_events as (
    select
        *,
        coalesce(
            json_count(body -> 'sequence_number') + 1, dense_rank() over (partition by response_id order by first_met)
        ) as place
    from placed_events
),
responses as (
    -- the first of all that are there tells the response
    select
        response_id, max(place) as pieces_in_all, min(place) as lead,
        response_of_events(list(body order by place, file, line, ord)) as answered
    from numbered_events
    where copy = 1
    group by response_id
),
buckets as (
    select
        file, line, ord,
        unnest(case shape when 'page' then json_extract(body, '$.data[*]') else [body] end) as bucket,
        generate_subscripts(case shape when 'page' then json_extract(body, '$.data[*]') else [body] end, 1) as nth_bucket
    from shaped
    where shape in ('page', 'bucket', 'result')
),
results as (
    select
        file, line, ord * 1000000000000 + nth_bucket * 1000000 + generate_subscripts(bucket_results(bucket), 1) as ord,
        bucket,
        unnest(bucket_results(bucket)) as body
    from buckets
),
told_calls as (
    select
        c.file, c.line, c.ord, c.body, false as folded,
        case
            when c.shape is null then 'not a response, a request or a usage of OpenAI''s'
            when c.shape = 'batch' and coalesce(c.answered -> 'created', c.answered -> 'created_at') is null
                and coalesce(t.latest, h.latest, case when q.asked_in is null then coalesce(n.latest, p.latest, o.latest) end) is null
                then 'a failed batch request has no time: read it together with the output file'
                || case when exists (select 1 from answer_files as a) then ' of its batch: no file is named like its own' else '' end
        end as refused,
        case
            when c.shape = 'batch' then coalesce(c.body -> 'id', c.body -> 'custom_id')
            else coalesce(
                case when c.shape = 'pair' then coalesce(b.id, b.requestid, b.callid) end, told(c.answered -> 'id'),
                told(c.answered -> '$[0].id'), b.requestid,
                -- a call that failed has no id of a response
                to_json(f.label || ':' || c.line || case when c.ord > 0 then ':' || c.ord else '' end)
            )
        end as id,
        b.traceid as trace_id, b.parentid as parent_id,
        -- what failed is of the same name as what went well
        to_json(coalesce(
            coalesce(b.operation, b.operationname) ->> '$', nullif(c.answered ->> 'object', ''),
            case
                when (coalesce(q.asked, c.asked) -> 'messages') is not null then 'chat.completion'
                when (coalesce(q.asked, c.asked) -> 'input') is not null then 'response'
                when (coalesce(q.asked, c.asked) -> 'prompt') is not null then 'text_completion'
                when c.shape = 'batch' then 'batch'
            end
        )) as name,
        to_json(nullif(regexp_extract(
            coalesce(q.url, c.body ->> '$.request.url', c.body ->> 'url'), '^(?:https?://[^/]+)?(/[^?]*)', 1
        ), '')) as route,
        coalesce(
            case when c.shape = 'pair' then coalesce(
                b."timestamp", b."time", b.ts, b.start, b.starttime, b.startedat, b.requestedat, b.createdat, b."date"
            ) end,
            told(c.answered -> 'created'), told(c.answered -> 'created_at'),
            case when c.shape = 'batch' then to_json(
                coalesce(t.latest, h.latest, case when q.asked_in is null then coalesce(n.latest, p.latest, o.latest) end)
            ) end
        ) as start,
        coalesce(
            case when c.shape = 'pair' then coalesce(b."end", b.endtime, b.endedat, b.completedat, b.finishedat) end,
            told(c.answered -> 'completed_at')
        ) as "end",
        loose_number(coalesce(b.durationms, b.latencyms, b.elapsedms, b.responsetimems)) as duration_ms,
        case
            when c.shape = 'batch' and coalesce(told(c.body -> 'error'), told(c.answered -> 'error')) is not null then to_json(
                case c.body ->> '$.error.code' when 'batch_cancelled' then 'cancelled' else 'error' end
            )
            when c.shape = 'pair' then to_json(coalesce(
                outcome_word(json_text(coalesce(b.status, b.outcome, b.success))),
                outcome_of_code(nullif(json_integer(loose_number(coalesce(b.status, b.statuscode, b.httpstatus))), 1)),
                case when coalesce(b.error, b.errormessage) is not null then outcome_of_failure(
                    coalesce(c.body ->> '$.error.type', c.body ->> '$.error.name', json_text(coalesce(b.error, b.errormessage))), null
                ) end
            ))
        end as status,
        coalesce(
            told(c.body -> '$.error.code'),
            case when c.shape = 'pair' then coalesce(
                told(c.body -> '$.error.type'), told(c.body -> '$.error.name'), to_json(error_class(json_string(b.error)))
            ) end
        ) as error_type,
        case json_type(c.body, '$.error')
            when 'OBJECT' then told(c.body -> '$.error.message')
            when 'VARCHAR' then case when c.shape = 'pair' then nullif(c.body -> 'error', '""') end
        end as error_message,
        case
            when c.shape = 'batch' then told(c.body -> '$.response.status_code')
            when json_integer(loose_number(coalesce(b.statuscode, b.httpstatus, b.status))) between 100 and 599
                then loose_number(coalesce(b.statuscode, b.httpstatus, b.status))
            else told(coalesce(c.body -> '$.response.status_code', c.body -> '$.response.status'))
        end as http_status,
        loose_number(coalesce(b.attempt, b.attemptnumber)) as attempt,
        loose_number(case when c.shape = 'pair' then coalesce(b.costusd, b.cost, b.totalcost) end) as cost_usd,
        coalesce(q.asked, c.asked) as asked, c.answered,
        case when c.shape = 'whole' then null else json_rest(c.body, '{
            "id": null, "request": null, "response": null, "request_body": null, "response_body": null, "timestamp": null, "time": null,
            "ts": null, "duration_ms": null, "latency_ms": null, "error": null, "tenant": null, "user": null, "session": null,
            "trace_id": null, "parent_id": null, "cost_usd": null}') end as extra,
        case when c.shape = 'pair' then coalesce(b."user", b.userid, b.enduser) end as "user",
        case when c.shape = 'pair' then coalesce(b."session", b.sessionid, b.conversationid) end as session,
        case when c.shape = 'pair' then coalesce(b.tenant, b.tenantid, b.customer, b.customerid, b.orgid) end as tenant,
        case when c.shape = 'pair' then coalesce(b.feature, b.usecase, b.product) end as feature,
        case when c.shape = 'pair' then b.promptversion end as prompt_version,
        case when c.shape = 'pair' then coalesce(b.appversion, b.release) end as app_version,
        case when c.shape = 'pair' then b.region end as region,
        case when c.shape = 'pair' then b.locale end as locale,
        case when c.shape = 'pair' then coalesce(b.client, b.clientname) end as client
    from calls as c
    left join batch_times as t on c.file = t.file and c.shape = 'batch'
    left join batch_requests as q on c.shape = 'batch' and c.body ->> 'custom_id' = q.custom_id
    left join batches as h on q.asked_in = h.file
    inner join intake.files as f on c.file = f.file
    left join batches_by_name as n on c.shape = 'batch' and batch_of(f.label) = n.batch
    left join batches_by_folder as p on c.shape = 'batch' and regexp_extract(f.label, '^(.*)/[^/]*$', 1) = p.folder
    left join batches_by_folder as o on c.shape = 'batch' and o.folder = '*'
),
told_batch_requests as (
    -- one whose answer is read too is a part of it; any other has no time
    select
        s.file, s.line, s.ord, s.body, true as folded,
        case when a.custom_id is null then 'a batch request has no time: read it together with the output file' end as refused,
        a.id,
        coalesce(a.created, '0'::json) as start
    from shaped as s
    left join batch_answers as a on s.body ->> 'custom_id' = a.custom_id and a.times = 1
    where s.shape = 'batch_request'
),
told_chunks as (
    select
        n.file, n.line, n.ord, n.body, n.place > 1 as folded, n.stream as id,
        case when n.place = 1 then '"chat.completion"'::json end as name,
        list_filter(list_transform(s.pieces, lambda piece: piece -> 'created'), lambda created: json_number(created) > 0)[1] as start,
        case when n.place = 1 then json_list_of(s.pieces) end as answered,
        -- each piece tells its number, so that one that is met again is known as such; the first tells how many there are
        json_object('pieces', case when n.place = 1 then s.pieces_in_all else n.place end) as extra
    from numbered as n
    inner join streams as s on n.stream = s.stream
),
told_events as (
    select
        e.file, e.line, e.ord, e.body, e.place > r.lead as folded,
        case when e.response_id is null then 'a piece of a stream whose beginning is not there' end as refused,
        e.response_id as id,
        case when e.place = r.lead then '"response"'::json end as name,
        r.answered -> 'created_at' as start,
        case when e.place = r.lead then told(r.answered -> 'completed_at') end as "end",
        case when e.place = r.lead then r.answered end as answered,
        json_object('pieces', case when e.place = r.lead then r.pieces_in_all else e.place end) as extra
    from numbered_events as e
    inner join responses as r on e.response_id is not distinct from r.response_id
),
paid as (
    select
        json_integer(bucket -> 'start_time') as start_s,
        json_integer(bucket -> 'end_time') as end_s
    from results
    where starts_with(body ->> 'object', 'organization.costs')
    group by all
),
told_results as (
    select
        r.file, r.line, r.ord, r.body,
        to_json(concat_ws(
            ':', r.body ->> 'object', r.bucket ->> 'start_time',
            left(hex(hash(json_merge_patch(r.body, '{
                "input_tokens": null, "output_tokens": null, "input_cached_tokens": null, "input_audio_tokens": null,
                "output_audio_tokens": null, "num_model_requests": null, "amount": null, "quantity": null}')::varchar)), 8)
        )) as id,
        r.body -> 'object' as name,
        '"other"'::json as kind,
        r.bucket -> 'start_time' as start,
        r.bucket -> 'end_time' as "end",
        -- what a page of costs tells of the same day is not counted once more from the tokens: the model stays in `attributes`
        case when p.start_s is null then told(r.body -> 'model') end as model,
        loose_number(told(r.body -> 'input_tokens')) as input_tokens,
        loose_number(told(r.body -> 'output_tokens')) as output_tokens,
        loose_number(told(r.body -> 'input_cached_tokens')) as cache_read_tokens,
        case when lower(r.body ->> '$.amount.currency') = 'usd' then loose_number(r.body -> '$.amount.value') end as cost_usd,
        told(r.body -> 'user_id') as "user",
        json_rest(r.body, case
            when p.start_s is null then '{
                "object": null, "input_tokens": null, "output_tokens": null, "input_cached_tokens": null, "model": null, "user_id": null}'
            else '{
                "object": null, "input_tokens": null, "output_tokens": null, "input_cached_tokens": null, "user_id": null}'
        end) as extra
    from results as r
    left join paid as p on json_integer(r.bucket -> 'start_time') = p.start_s and not starts_with(r.body ->> 'object', 'organization.costs')
),
together as (
    select * from told_calls
    union all by name
    select * from told_batch_requests
    union all by name
    select * from told_chunks
    union all by name
    select * from told_events
    union all by name
    select * from told_results
)
select
    * exclude (kind),
    case when folded then null else kind end as kind,
    '"openai"'::json as provider,
    null::json as model_requested,
    null::json as finish_reason
from together
