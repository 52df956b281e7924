/*
title: leaves of a JSON record
order: 1
summary: >
  A leaf is the JSON text of one field ("abc", 12, true, [..]), as from_json gives it for a column of type JSON; null
  when the field is absent or JSON null. Each macro reads one sort of leaf and gives null for any other sort: a value of
  the wrong type is never half taken.
*/
create or replace macro json_string(leaf) as
    case when starts_with(leaf, '"') then
        -- without an escape the text stands between the quotes: no second parse
        case when contains(leaf, '\') then json_extract_string(leaf, '$') else (leaf::varchar)[2:-2] end
    end;

create or replace macro json_number(leaf) as
    -- by the order of texts: to cut off the first character would take longer
    case when leaf::varchar >= '-' and leaf::varchar < ':' then try_cast(nullif(leaf::varchar, '-Infinity') as double) end;

-- a whole number, also as 12.0; 12.5 is none (a plain cast would round it)
create or replace macro json_integer(leaf) as
    case when json_number(leaf) % 1 = 0 then try_cast(leaf::varchar as bigint) end;

-- a whole number that is added to others: wide enough that no log can write counts whose sum is an error
create or replace macro json_count(leaf) as json_integer(leaf)::hugeint;

-- What stands in a column is added up, multiplied and made a time without a second thought: a number that nothing counted,
-- paid or waited for (a sentinel such as 9223372036854775807) is none, and is kept as any value of another type is.
create or replace macro json_tokens(leaf) as case when abs(json_number(leaf)) < 1e11 then json_integer(leaf) end;

-- up to some thirty years in milliseconds
create or replace macro json_time(leaf) as case when abs(json_number(leaf)) < 1e12 then json_number(leaf) end;

create or replace macro json_money(leaf) as
    case when json_number(leaf) is not null then try_cast(leaf::varchar as decimal(18, 9)) end;

create or replace macro json_cost(leaf) as case when abs(json_number(leaf)) < 1e5 then json_money(leaf) end;

create or replace macro json_boolean(leaf) as
    case leaf::varchar when 'true' then true when 'false' then false end;

-- an identifier may be logged as a number
create or replace macro json_identifier(leaf) as
    nullif(case when starts_with(leaf, '"') then json_string(leaf) when json_integer(leaf) is not null then leaf::varchar end, '');

-- a name, a version or an id as a word, where it was logged as a number
create or replace macro word_leaf(leaf) as case when json_number(leaf) is not null then to_json(leaf::varchar) else leaf end;

-- a value that is there: JSON null says nothing
create or replace macro said(leaf) as nullif(leaf, 'null'::json);

-- a member of an object by its name, whatever signs that holds
create or replace macro member(leaf, key) as json_extract(leaf, '/' || replace(replace(key, '~', '~0'), '/', '~1'));

create or replace macro member_text(leaf, key) as
    json_extract_string(leaf, '/' || replace(replace(key, '~', '~0'), '/', '~1'));

create or replace macro json_object_leaf(leaf) as case when starts_with(leaf, '{') then leaf end;

create or replace macro json_list_leaf(leaf) as case when starts_with(leaf, '[') then leaf end;

-- what is left of an object besides the keys named as '{"a": null, ...}'; null when nothing is
create or replace macro json_rest(leaf, known) as
    -- a merge patch of nothing would be an empty object
    case when leaf is not null then nullif(json_merge_patch(leaf, known), '{}') end;

-- an integer that fits 32 bits: counts and HTTP codes
create or replace macro json_small(leaf) as try_cast(json_integer(leaf) as integer);

create or replace macro json_tries(leaf) as case when abs(json_number(leaf)) < 1e6 then json_small(leaf) end;

-- true, or the words of a string; false says nothing
create or replace macro json_flag(leaf) as
    case leaf::varchar when 'true' then 'true' when 'false' then null else nullif(json_string(leaf), '') end;

-- a text as it is, anything else as JSON text
create or replace macro json_text(leaf) as case when starts_with(leaf, '"') then json_string(leaf) else leaf::varchar end;

-- Python writes NaN and Infinity, which are no JSON and no values; null stands in their places. A string is matched to be
-- passed over: the mark that it gets too is taken away again.
create or replace macro json_finite(words) as
    case
        when contains(words, 'NaN') or contains(words, 'Infinity') then replace(
            replace(
                regexp_replace(words, '("(?:[^"\\]|\\.)*")|-?NaN|-?Infinity', '\1' || chr(3), 'g'), '"' || chr(3), '"'
            ),
            chr(3), 'null'
        )::json
        -- as it came: a cast would parse it once more
        else words
    end;

create or replace macro json_documents(leaf) as
    case when starts_with(leaf, '[') then from_json(json_finite(leaf), '[{"id": "varchar", "score": "double"}]') end;

create or replace macro json_words(leaf) as
    case when starts_with(leaf, '[') then from_json(leaf, '["varchar"]') end;

-- the leaf of a field whose value could not be read as its type; null when nothing is lost
create or replace macro lost(leaf, value) as
    case when typeof(leaf) = 'JSON' then case when value is null then leaf end when value is null then to_json(leaf) end;

-- the same of a field that takes any text or number: one of its type throughout loses nothing
create or replace macro lost_plain(leaf, value) as case when typeof(leaf) = 'JSON' and value is null then leaf::json end;

-- Two objects as one, either of which may be null. Set together as text: a merge patch would drop what is null inside.
create or replace macro merged(first_object, second_object) as
    list_transform(
        [{'a': first_object::varchar, 'b': second_object::varchar}],
        lambda two: case
            when coalesce(two.b, '{}') = '{}' then nullif(two.a, '{}')
            when coalesce(two.a, '{}') = '{}' then two.b
            else rtrim(two.a)[:-2] || ',' || ltrim(two.b)[2:]
        end
    )[1];

-- a list of objects, when it holds more than the keys named or something else than objects
create or replace macro documents_rest(leaf, known) as
    case
        when starts_with(leaf, '[') and not (
            list_has_all(known, flatten(json_keys(leaf, '$[*]'))) and list_has_all(['OBJECT'], json_type(leaf, '$[*]'))
        ) then leaf
    end;

-- whether a nested field is no object, or has another key than those named
create or replace macro other_keys(leaf, known) as
    case when leaf is not null then not (starts_with(leaf, '{') and list_has_all(known, json_keys(leaf))) else false end;

-- A field that is text in all records of a log comes as text, else as a leaf. Which of the two it is stands fixed before a
-- query runs, so that nothing is asked again for each value.
create or replace macro leaf_text(leaf) as case when typeof(leaf) = 'VARCHAR' then leaf::varchar else json_string(leaf::json) end;

create or replace macro leaf_identifier(leaf) as
    case when typeof(leaf) = 'VARCHAR' then nullif(leaf::varchar, '') else json_identifier(leaf::json) end;

create or replace macro leaf_flag(leaf) as
    case when typeof(leaf) = 'VARCHAR' then nullif(leaf::varchar, '') else json_flag(leaf::json) end;

-- Whether a text could also be what JSON wrote without quotes: a number, an object, a list, a truth. By its first character
-- alone, by whether it is a number, or, of an identifier (which may be a whole number), by a point.
create or replace macro like_digits(words) as ascii(words) between 45 and 57 and ascii(words) <> 47;

create or replace macro like_others(words) as ascii(words) = 91 or ascii(words) = 123 or words = 'true' or words = 'false';

create or replace macro ambiguous_first(words) as like_digits(words) or like_others(words);

create or replace macro ambiguous_number(words) as
    like_others(words) or case when like_digits(words) then try_cast(words as double) is not null end;

create or replace macro ambiguous_point(words) as like_others(words) or (like_digits(words) and contains(words, '.'));

-- what a format is recognised by: keys of the record
create or replace macro has_all(body, names) as list_has_all(json_keys(body), names);

create or replace macro has_any(body, names) as list_has_any(json_keys(body), names);

-- the same for the same record, however it is spaced
create or replace macro content_hash(body) as hash((body -> '$')::varchar);
