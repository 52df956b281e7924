/*
title: helpers for Azure
order: 9
summary: >
  Names of fields that storage, Event Hub, Log Analytics and its CSV export spell differently (correlationId, CorrelationId,
  properties_s, `TimeGenerated [UTC]`), outcomes of HTTP codes, and messages that a log cut into pieces
*/
-- the fields of an object: `p` the plain name, `k` as it is spelled, `v` the value
create or replace macro azure_fields(body) as
    list_transform(
        coalesce(
            try(map_entries(from_json(body, '"map(varchar, json)"'))),
            -- a map takes no name twice: the first counts, as it does wherever a field is asked for by its name
            list_transform(list_distinct(json_keys(body)), lambda name: {'key': name, 'value': member(body, name)}),
            []
        ),
        lambda entry: {
            'p': regexp_replace(lower(entry.key), '( \[utc\]|_(s|d|b|g|t))$', ''), 'k': entry.key::varchar, 'v': entry.value
        }
    );

-- of names that differ only in how they are spelled the first is the field; another keeps its own, and its value
create or replace macro azure_apart(fields) as
    list_transform(fields, lambda f: {
        'p': case when list_filter(fields, lambda g: g.p = f.p)[1].k = f.k then f.p else '= ' || f.k end,
        'k': f.k,
        'v': f.v
    });

create or replace macro azure_plain(fields) as json_object_of(list_transform(fields, lambda f: {'k': f.p, 'v': f.v}));

-- what is left of an object besides the fields named
create or replace macro azure_rest(fields, known) as
    object_of_told(list_transform(
        list_filter(fields, lambda f: not list_contains(known, f.p)), lambda f: {'k': f.k, 'v': f.v}
    ));

-- Azure writes UTC everywhere; its CSV export says so in the column's name alone
create or replace macro azure_time(leaf) as
    case
        when regexp_matches(leaf::varchar, '[AP]M"$') then to_json(strftime(
            try_strptime(json_string(leaf), ['%m/%d/%Y, %I:%M:%S.%g %p', '%m/%d/%Y, %I:%M:%S %p']), '%Y-%m-%dT%H:%M:%S.%fZ'
        ))
        else utc_leaf(leaf)
    end;

-- what a record of many categories is: its fields, and whether their plain names hold all of some
create or replace macro azure_names(body) as
    list_transform(json_keys(body), lambda k: regexp_replace(lower(k), '( \[utc\]|_(s|d|b|g|t))$', ''));

create or replace macro azure_category(body) as lower(coalesce(json_string(body -> 'category'), json_string(body -> 'Category'), ''));

create or replace macro http_outcome(code) as
    case
        when code between 200 and 399 then 'ok'
        when code in (408, 504) then 'timeout'
        when code = 499 then 'cancelled'
        when code between 400 and 599 then 'error'
    end;

-- messages out of their pieces: each a list of its own, or one text that was cut
create or replace macro pieces_together(pieces) as
    case
        when len(pieces) = 0 then null
        when len(list_filter(pieces, lambda piece: coalesce(try(json_type(piece)) <> 'ARRAY', true))) = 0 then
            json_list_of(flatten(list_transform(pieces, lambda piece: json_extract(piece, '$[*]'))))
        else parsed_once(to_json(array_to_string(pieces, '')))
    end;

-- a body that is no text any more: the gateway log did not cut it
create or replace macro whole_body(leaf) as case when starts_with(leaf, '{') or starts_with(leaf, '[') then leaf end;

-- response messages as the choices of a completion
create or replace macro answers_of(messages) as
    case
        when json_type(messages) = 'ARRAY' then json_object('choices', json_list_of(list_transform(
            json_extract(messages, '$[*]'), lambda m: json_object('message', m)
        )))
        else messages
    end;
