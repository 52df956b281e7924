/*
title: Jaeger's tags and times
order: 10
summary: lists of key, type and value as one object, and times in microseconds
*/
create or replace macro jaeger_tags(listed) as
    case when json_type(listed) = 'ARRAY' then
        json_object_of(list_transform(
            json_extract(listed, '$[*]'),
            lambda t: {
                'k': t ->> 'key',
                -- the index keeps every value as a text
                'v': case t ->> 'type'
                    when 'bool' then coalesce(try_cast(lower(t ->> 'value') as boolean)::varchar::json, t -> 'value')
                    when 'int64' then coalesce(to_json(try_cast(t ->> 'value' as bigint)), t -> 'value')
                    when 'float64' then coalesce(to_json(try_cast(t ->> 'value' as double)), t -> 'value')
                    else t -> 'value'
                end
            }
        ))
    end;

-- microseconds, whatever their size; one that no time has is none
create or replace macro jaeger_time(micros) as
    to_json(try_cast(json_number(loose_number(micros)) as bigint)::varchar || '000');
