/*
title: presence
summary: how many spans of each kind that ended well have each field, by hour
why: >
  One pass that says which fields stopped, and counts only, so that no text is read. The fields are there or not by the
  logging alone: not those that depend on what happened (errors, hits, scores).
*/
create or replace temp table presence as
with counted as (
    select
        kind,
        time_bucket(interval 1 hour, start) as hour,
        count(*) as n,
        count(input) as "input",
        count(output) as "output",
        count(input_tokens) as input_tokens,
        count(output_tokens) as output_tokens,
        count(cost_usd) as cost_usd,
        count(model) as model,
        count(provider) as provider,
        count(status) as status,
        count(duration_ms) as duration_ms,
        count(finish_reason) as finish_reason,
        count(tenant) as tenant,
        count("user") as "user",
        count(session) as session,
        count(region) as region,
        count(locale) as locale,
        count(client) as client,
        count(route) as route,
        count(feature) as feature,
        count(prompt_version) as prompt_version,
        count(app_version) as app_version,
        count(index_version) as index_version,
        count(parent_id) as parent_id
    from $schema.spans
    where coalesce(status, 'ok') = 'ok'
    group by all
)
unpivot counted on columns(* exclude (kind, hour, n)) into name field value filled
