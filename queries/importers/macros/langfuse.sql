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
    ))::bigint;

create or replace macro langfuse_score(x) as
    {
        'name': x ->> 'name',
        'value': try_cast(x ->> 'value' as double),
        'source': lower(x ->> 'source'),
        'at': utc_leaf(coalesce(x -> 'timestamp', x -> 'createdAt')),
        'comment': coalesce(
            nullif(x ->> 'comment', ''), nullif(x ->> 'stringValue', ''), nullif(x ->> 'string_value', '')
        )
    };

create or replace macro utc_leaf(leaf) as
    case when regexp_matches(leaf::varchar, '[T ]\d\d:\d\d:\d\d(\.\d+)?"$') then to_json(json_string(leaf) || 'Z') else leaf end;
