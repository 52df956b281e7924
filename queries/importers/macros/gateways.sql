/*
title: helpers for gateways
order: 10
summary: bodies that a gateway logged, and tags that callers gave under names of their own
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

create or replace macro gateway_tenant(tags) as
    gateway_tag(tags, ['tenant', 'tenantid', 'organisation', 'organization', 'orgid', 'customerid', 'customer', 'accountid']);

create or replace macro gateway_user(tags) as gateway_tag(tags, ['user', 'userid', 'enduser', 'username']);

create or replace macro gateway_session(tags) as
    gateway_tag(tags, ['session', 'sessionid', 'conversationid', 'threadid', 'chatid']);

create or replace macro gateway_feature(tags) as gateway_tag(tags, ['feature', 'usecase', 'app']);

-- a body: what is JSON opened, an empty text no body
create or replace macro gateway_body(leaf) as nullif(nullif(nullif(parsed_text(leaf), '""'), '{}'), 'null');

-- of a failed call: a time-out and a call given up by the caller are told apart by their codes
create or replace macro gateway_status(succeeded, code) as
    case
        when code in (408, 504) then 'timeout'
        when code = 499 then 'cancelled'
        else coalesce(case when succeeded then 'ok' when not succeeded then 'error' end, outcome_of_code(code))
    end;
