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

create or replace macro otlp_lists(b) as
    list_concat(
        b.resourceSpans, b.resource_spans, b.resourceLogs, b.resource_logs, b.batches, b.trace.resourceSpans
    );

-- what was sent for each resource; Grafana's Tempo calls the parts of a trace batches, or puts a trace around them
create or replace macro otlp_resources(body) as
    otlp_lists(from_json(body, '{
        "resourceSpans": ["json"], "resource_spans": ["json"], "resourceLogs": ["json"], "resource_logs": ["json"],
        "batches": ["json"], "trace": {"resourceSpans": ["json"]}}'));

create or replace macro json_object_of(pairs) as
    -- pairs: list of {k: name, v: JSON}; of two of one name the first is found
    ('{' || array_to_string(
        list_transform(pairs, lambda p: to_json(p.k)::varchar || ':' || coalesce(p.v::varchar, 'null')), ','
    ) || '}')::json;

create or replace macro json_list_of(items) as
    ('[' || array_to_string(list_transform(items, lambda i: coalesce(i::varchar, 'null')), ',') || ']')::json;

-- Values nest (messages are lists of objects with lists of parts), a macro cannot call itself, and functions of lists
-- inside one another take DuckDB long to plan: so nested values are rewritten as text. A quote inside a string is escaped,
-- so what holds a bare quote stands outside of strings. Signs that JSON forbids mark where lists and objects begin and end.
create or replace macro otlp_scalars(words) as
    regexp_replace(
        regexp_replace(
            regexp_replace(words, '"(arrayValue|array_value|kvlistValue|kvlist_value)":\{\}', '"\1":{"values":[]}', 'g'),
            '\{"(?:string|bytes|double|bool)(?:Value|_value)":("(?:[^"\\]|\\.)*"|[-+.\w]+)\}',
            '\1', 'g'
        ),
        '\{"(?:intValue|int_value)":"?(-?\d+)"?\}', '\1', 'g'
    );

create or replace macro otlp_marked(words) as
    -- a string is matched to be passed over: the mark that it gets too is taken away again
    replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(words, '\{"(?:arrayValue|array_value)":\{"values":\[', chr(1), 'g'),
                '\{"(?:kvlistValue|kvlist_value)":\{"values":\[', chr(2), 'g'
            ),
            '("(?:[^"\\]|\\.)*")|\]\}\}', '\1' || chr(3), 'g'
        ),
        '"' || chr(3), '"'
    );

-- an entry of an object, {"key": "k", "value": v}, as "k": v; outside of strings no other brace is left
create or replace macro otlp_entries(words) as
    regexp_replace(
        -- an empty value is null
        replace(replace(
            regexp_replace(words, '("(?:[^"\\]|\\.)*")|\{\}', '\1' || chr(4), 'g'), '"' || chr(4), '"'
        ), chr(4), 'null'),
        '\{"key":("(?:[^"\\]|\\.)*"),"value"(:)|("(?:[^"\\]|\\.)*")|\}', '\1\2\3', 'g'
    );

-- the innermost lists and objects
create or replace macro otlp_closed(words) as
    regexp_replace(
        regexp_replace(words, '\x01([^\x01-\x03]*)\x03', '[\1]', 'g'),
        '\x02([^\x01-\x03]*)\x03', '{\1}', 'g'
    );

create or replace macro otlp_nested(words) as
    otlp_closed(otlp_closed(otlp_closed(otlp_closed(otlp_closed(otlp_closed(otlp_closed(otlp_closed(
        otlp_entries(otlp_marked(otlp_scalars(words)))
    ))))))));

create or replace macro otlp_opened(words) as coalesce(try_cast(otlp_nested(words) as json), words::json);

-- an AnyValue of which the members were taken apart
create or replace macro otlp_taken(v) as
    coalesce(
        v.stringValue, v.string_value,
        -- a number as text, which 64 bits need in JSON
        try_cast(trim(coalesce(v.intValue, v.int_value)::varchar, '"') as json), v.intValue, v.int_value,
        v.doubleValue, v.double_value, v.boolValue, v.bool_value, v.bytesValue, v.bytes_value,
        otlp_opened(coalesce(
            '{"arrayValue":' || coalesce(v.arrayValue, v.array_value) || '}',
            '{"kvlistValue":' || coalesce(v.kvlistValue, v.kvlist_value) || '}'
        ))
    );

-- A plain text or number is cut out of its text: without a second name in it nothing is parsed. For each parse DuckDB
-- keeps room for a whole block of values, and a span may have a million of them.
create or replace macro otlp_value(v) as
    case
        when starts_with(v, '{"stringValue":"') and not contains((v::varchar)[16:], '":') then ((v::varchar)[16:-2])::json
        else otlp_taken(from_json(v, '{
            "stringValue": "json", "string_value": "json", "intValue": "json", "int_value": "json", "doubleValue": "json",
            "double_value": "json", "boolValue": "json", "bool_value": "json", "bytesValue": "json", "bytes_value": "json",
            "arrayValue": "json", "array_value": "json", "kvlistValue": "json", "kvlist_value": "json"}'))
    end;

create or replace macro otlp_attributes(listed) as
    case when listed is not null then
        json_object_of(coalesce(list_transform(
            from_json(listed, '[{"key": "varchar", "value": "json"}]'),
            lambda a: {'k': a."key", 'v': otlp_value(a."value")}
        ), []))
    end;

-- Python's console exporter writes 0x before an id
create or replace macro hex_id(id) as nullif(case when starts_with(id, '0x') then id[3:] else id end, '');
