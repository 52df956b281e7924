/*
title: helpers for gateways
order: 10
summary: what a gateway logged of a call whole - the question, the answer, why it ended - and tags that callers gave under names of their own
*/
-- an object, also one that was written as text
create or replace macro gateway_object(leaf) as json_object_leaf(parsed_text(leaf));

-- tags as an object: as one, as its text, as two lists of keys and values side by side, or as a list of pairs
create or replace macro gateway_tags(leaf, keys, tag_values) as
    coalesce(
        case
            when json_list_leaf(gateway_object(leaf) -> 'key') is not null then
                gateway_paired(gateway_object(leaf) -> 'key', gateway_object(leaf) -> 'value')
        end,
        gateway_object(leaf),
        gateway_paired(parsed_text(keys), parsed_text(tag_values))
    );

create or replace macro gateway_paired(keys, tag_values) as
    case when json_list_leaf(keys) is not null then
        json_object_of(list_transform(
            list_zip(json_extract_string(keys, '$[*]'), json_extract(tag_values, '$[*]')), lambda pair: {'k': pair[1], 'v': pair[2]}
        ))
    end;

-- the value under the first of some names, compared without case, underscores and hyphens, as text
create or replace macro gateway_tag(tags, names) as
    list_first(list_filter(
        list_transform(names, lambda wanted: to_json(json_text(said(member(
            tags, list_first(list_filter(json_keys(tags), lambda k: plain_key(k) = wanted))
        ))))),
        lambda v: v is not null
    ));

create or replace macro gateway_question(asked) as
    coalesce(said(asked -> 'messages'), said(asked -> 'input'), said(asked -> 'prompt'), said(asked -> 'contents'), asked);

-- what was said, as text where it is nothing but text; an error is no answer
create or replace macro gateway_answer(answered) as
    case
        when (answered ->> 'error') is not null then null
        when json_array_length(answered -> 'choices') = 1 and (answered ->> '$.choices[0].message.tool_calls') is null
            and (answered ->> '$.choices[0].message.content') is not null then answered -> '$.choices[0].message.content'
        when json_array_length(answered -> 'choices') = 1 and (answered ->> '$.choices[0].text') is not null
            then answered -> '$.choices[0].text'
        when json_array_length(answered -> 'content') = 1 and (answered ->> '$.content[0].text') is not null
            then answered -> '$.content[0].text'
        else answered
    end;

create or replace macro gateway_finish(answered) as
    coalesce(
        said(answered -> '$.choices[0].finish_reason'), said(answered -> 'stop_reason'),
        said(answered -> '$.incomplete_details.reason'), said(answered -> '$.candidates[0].finishReason')
    );

create or replace macro gateway_format(asked) as
    case when starts_with(coalesce(asked ->> '$.response_format.type', asked ->> '$.text.format.type'), 'json') then '"json"'::json end;

-- of a failed call: a time-out and a call given up by the caller are told apart by their codes
create or replace macro gateway_status(succeeded, code) as
    case
        when code in (408, 504) then 'timeout'
        when code = 499 then 'cancelled'
        else coalesce(case when succeeded then 'ok' when not succeeded then 'error' end, outcome_of_code(code))
    end;
