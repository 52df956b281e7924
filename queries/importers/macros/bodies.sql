/*
title: helpers for logged bodies
order: 4
summary: requests and responses that a gateway or a cloud logged whole - values without JSON's null, tags by name, pieces of a stream
*/
-- a value as a leaf: what JSON calls null is absent
create or replace macro told(value) as case when value::varchar <> 'null' then value end;

-- an object of the pairs {k, v} that have a value; null when none has
create or replace macro object_of_told(pairs) as
    case when len(list_filter(pairs, lambda p: p.v is not null)) > 0 then
        json_object_of(list_filter(pairs, lambda p: p.v is not null))
    end;

-- the first of the names under which an object holds a value, compared without case and signs: userId, user_id, user-id
create or replace macro tag(tags, names) as
    list_filter(
        list_transform(
            list_filter(json_keys(tags), lambda k: list_contains(names, regexp_replace(lower(k), '[^a-z]', '', 'g'))),
            lambda k: told(json_extract(tags, '$."' || replace(k, '"', '\"') || '"'))
        ),
        lambda v: v is not null
    )[1];

-- pieces of a stream as one text; null where there are none
create or replace macro joined(pieces) as case when len(pieces) > 0 then array_to_string(pieces, '') end;

-- a count of tokens; a number that came as text too
create or replace macro token_count(value) as json_integer(loose_number(told(value)));

-- messages with what stands before them: the system's words are a part of the question
create or replace macro with_system(system, messages) as
    case
        when told(system) is null or json_type(messages) <> 'ARRAY' then told(messages)
        else json_list_of([json_object('role', 'system', 'content', system)] || json_extract(messages, '$[*]'))
    end;
