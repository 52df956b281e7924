/*
title: helpers for Langfuse
order: 9
summary: usage buckets whose keys are free, scores, and times that are in UTC though they do not say so
*/
-- the sum of all buckets whose key begins with one of the words; names with a dot are details inside another bucket
create or replace macro bucket_sum(usage, words) as
    list_sum(list_transform(
        list_filter(
            json_keys(usage),
            lambda k: k <> 'total' and not contains(k, '.')
            and len(list_filter(words, lambda w: starts_with(k, w))) > 0
        ),
        lambda k: json_integer(loose_number(member(usage, k)))
    ));

-- the count under the first of the names that is there
create or replace macro bucket_of(usage, names) as
    list_filter(
        list_transform(names, lambda n: json_count(loose_number(member(usage, n)))), lambda counted: counted is not null
    )[1];

create or replace macro langfuse_words(x) as
    coalesce(nullif(x ->> 'longStringValue', ''), nullif(x ->> 'stringValue', ''), nullif(x ->> 'string_value', ''));

create or replace macro langfuse_worded(x) as
    coalesce(upper(coalesce(x ->> 'dataType', x ->> 'data_type')) in ('CATEGORICAL', 'TEXT'), false);

create or replace macro langfuse_score(x) as
    {
        'name': x ->> 'name',
        -- of a label the value is its place in a list, of a text it is always 0
        'value': case when not langfuse_worded(x) then try_cast(x ->> 'value' as double) end,
        'source': lower(x ->> 'source'),
        'at': utc_leaf(coalesce(x -> 'timestamp', x -> 'createdAt')),
        'comment': case
            when langfuse_worded(x) then nullif(concat_ws(': ', langfuse_words(x), nullif(x ->> 'comment', '')), '')
            else coalesce(nullif(x ->> 'comment', ''), langfuse_words(x))
        end
    };

-- The interface's export of observations and traces gives every score a column of its own, named after it: a list of
-- numbers. Columns that the export always has are no scores.
create or replace macro langfuse_score_columns(body) as
    case when has_all(body, ['environment']) and not has_any(body, ['trace_id', 'data_type']) then
        flatten(list_transform(
            list_filter(
                json_keys(body),
                lambda k: not contains('|input|output|metadata|tags|traceTags|toolCalls|toolCallNames|comments|scores|', '|' || k || '|')
                and json_type(member(body, k)) = 'ARRAY' and json_array_length(member(body, k)) > 0
                and len(list_filter(json_extract(member(body, k), '$[*]'), lambda v: json_number(v) is null)) = 0
            ),
            lambda k: list_transform(json_extract(member(body, k), '$[*]'), lambda v: {
                'name': k, 'value': json_number(v), 'source': 'langfuse', 'at': null::json, 'comment': null::varchar
            })
        ))
    end;

-- the API lists traces with the ids of their observations alone
create or replace macro holds_observations(body) as
    coalesce(json_type(body, '$.observations') = 'ARRAY', false)
    and ((body -> 'trace') is not null or coalesce(json_type(body, '$.observations[0]') = 'OBJECT', false));

create or replace macro utc_leaf(leaf) as
    case when regexp_matches(leaf::varchar, '[T ]\d\d:\d\d:\d\d(\.\d+)?"$') then to_json(json_string(leaf) || 'Z') else leaf end;

-- an answer that only calls tools, where these stand in a column of their own
create or replace macro langfuse_calls(calls) as
    case
        when json_array_length(calls) > 0 then json_list_of([json_object(
            'role', 'assistant',
            'tool_calls', json_list_of(list_transform(
                list_transform(json_extract(calls, '$[*]'), lambda c: parsed_text(c)),
                lambda c: json_object('id', c -> 'id', 'function', json_object('name', c -> 'name', 'arguments', c -> 'arguments'))
            ))
        )])
    end;
