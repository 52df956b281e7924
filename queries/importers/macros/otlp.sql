/*
title: OTLP values and ids
order: 2
summary: an AnyValue of OTLP/JSON as plain JSON, a list of attributes as one object, ids in base64 as hex
*/
create or replace macro otlp_id(id) as
    -- sixteen or eight bytes in base64 are 24 or 12 characters; as hex they are 32 or 16 and stay as they are spelled
    case
        when length(id) in (12, 24) and ends_with(id, '=') then coalesce(try(lower(hex(from_base64(id)))), id)
        else nullif(id, '')
    end;

create or replace macro otlp_scalar(v) as
    coalesce(
        v -> 'stringValue', v -> 'string_value',
        trim(coalesce(v -> 'intValue', v -> 'int_value')::varchar, '"')::json,
        v -> 'doubleValue', v -> 'double_value',
        v -> 'boolValue', v -> 'bool_value',
        v -> 'bytesValue', v -> 'bytes_value'
    );

create or replace macro json_object_of(pairs) as
    -- pairs: list of {k: name, v: JSON}; of two of one name the first is found
    ('{' || array_to_string(
        list_transform(pairs, lambda p: to_json(p.k)::varchar || ':' || coalesce(p.v::varchar, 'null')), ','
    ) || '}')::json;

create or replace macro json_list_of(items) as
    ('[' || array_to_string(list_transform(items, lambda i: coalesce(i::varchar, 'null')), ',') || ']')::json;

create or replace macro otlp_inner(v) as
    coalesce(
        otlp_scalar(v),
        case when (v -> 'arrayValue') is not null then
            json_list_of(list_transform(json_extract(v, '$.arrayValue.values[*]'), lambda x: coalesce(otlp_scalar(x), x)))
        end,
        case when (v -> 'kvlistValue') is not null then
            json_object_of(list_transform(
                json_extract(v, '$.kvlistValue.values[*]'),
                lambda x: {'k': x ->> 'key', 'v': coalesce(otlp_scalar(x -> 'value'), x -> 'value')}
            ))
        end
    );

create or replace macro otlp_value(v) as
    coalesce(
        otlp_scalar(v),
        case when coalesce(v -> 'arrayValue', v -> 'array_value') is not null then
            json_list_of(list_transform(
                json_extract(coalesce(v -> 'arrayValue', v -> 'array_value'), '$.values[*]'), lambda x: otlp_inner(x)
            ))
        end,
        case when coalesce(v -> 'kvlistValue', v -> 'kvlist_value') is not null then
            json_object_of(list_transform(
                json_extract(coalesce(v -> 'kvlistValue', v -> 'kvlist_value'), '$.values[*]'),
                lambda x: {'k': x ->> 'key', 'v': otlp_inner(x -> 'value')}
            ))
        end
    );

create or replace macro otlp_attributes(listed) as
    case when listed is not null then
        json_object_of(list_transform(
            json_extract(listed, '$[*]'), lambda a: {'k': a ->> 'key', 'v': otlp_value(a -> 'value')}
        ))
    end;

-- Python's console exporter writes 0x before an id
create or replace macro hex_id(id) as nullif(case when starts_with(id, '0x') then id[3:] else id end, '');
