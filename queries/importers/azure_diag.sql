/*
title: Azure, diagnostic records
summary: RequestResponse and other categories of Azure OpenAI from a storage account, Event Hub or a Log Analytics export
docs: https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference
notes: >
  These records hold no text, no tokens and no finish reason. Request and response times are .NET ticks; where both are there
  the duration is the time between them, and the stated one (whole milliseconds, sometimes negative) stays in `attributes`.
  A correlation id may stand in several records: they are one trace, and its first record has the id's own name.
fills: >
  id trace_id kind name start end duration_ms status error_type error_message http_status provider model_requested
  model region attributes
detect: >
  azure_category(body) not in ('', 'gatewaylogs', 'gatewayllmlogs')
  and list_has_any(azure_names(body), ['resourceid', '_resourceid'])
  and list_has_any(azure_names(body), ['properties', 'resultsignature', 'operationname', 'correlationid'])
first: azure
*/
with
named as (
    select
        *,
        from_json(azure_plain(fields), '{
            "time": "json", "timegenerated": "json", "category": "varchar", "operationname": "json", "correlationid": "json",
            "durationms": "json", "location": "json", "region": "json", "resulttype": "json", "resultsignature": "json",
            "resultdescription": "json"}') as s,
        from_json(azure_plain(properties || fields), '{
            "requesttime": "json", "responsetime": "json", "modeldeploymentname": "json", "modelname": "json",
            "prompttokens": "json", "inputtokens": "json", "completiontokens": "json", "generatedtokens": "json",
            "outputtokens": "json"}') as p
    from opened
),
timed as (
    select
        *,
        loose_number(nullif(nullif(p.requesttime, '0'), '""')) as began,
        loose_number(nullif(nullif(p.responsetime, '0'), '""')) as ended,
        azure_time(coalesce(s."time", s.timegenerated)) as written,
        json_integer(loose_number(s.resultsignature)) as code,
        content_hash(body) as content
    from named
),
ranked as (
    -- records of one correlation id that differ, the earliest first, whatever the order of the files
    select
        *,
        dense_rank() over (partition by s.correlationid order by coalesce(began, written)::varchar, content) as nth
    from timed
)
select
    file,
    line,
    ord,
    body,
    case when nth = 1 then s.correlationid else to_json(json_text(s.correlationid) || '#' || left(hex(content), 8)) end as id,
    s.correlationid as trace_id,
    to_json(case
        when lower(s.category) <> 'requestresponse' then 'other'
        when contains(lower(json_text(s.operationname)), 'embedding') then 'embedding'
        when nullif(p.modelname, '""') is not null or contains(lower(json_text(s.operationname)), 'completion') then 'llm'
        else 'request'
    end) as kind,
    s.operationname as name,
    coalesce(began, written) as start,
    ended as "end",
    case when began is null or ended is null then loose_number(s.durationms) end as duration_ms,
    to_json(coalesce(
        http_outcome(code),
        case lower(json_text(s.resulttype)) when 'success' then 'ok' when 'succeeded' then 'ok' when 'failed' then 'error' end
    )) as status,
    case when http_outcome(code) <> 'ok' then s.resulttype end as error_type,
    case when http_outcome(code) <> 'ok' then s.resultdescription end as error_message,
    to_json(code) as http_status,
    '"azure"'::json as provider,
    nullif(p.modeldeploymentname, '""') as model_requested,
    nullif(p.modelname, '""') as model,
    loose_number(coalesce(p.prompttokens, p.inputtokens)) as input_tokens,
    loose_number(coalesce(p.completiontokens, p.generatedtokens, p.outputtokens)) as output_tokens,
    coalesce(s.location, s.region) as region,
    merged(
        azure_rest(fields, [
            'time', 'timegenerated', 'operationname', 'correlationid', 'location', 'region', 'properties', 'resultdescription'
        ]),
        object_of_told([{'k': 'properties', 'v': azure_rest(properties, [
            'modeldeploymentname', 'modelname', 'prompttokens', 'inputtokens', 'completiontokens', 'generatedtokens', 'outputtokens'
        ])}])
    ) as attributes
from ranked
