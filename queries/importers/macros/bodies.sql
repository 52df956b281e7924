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
            lambda k: told(member(tags, k))
        ),
        lambda v: v is not null
    )[1];

-- the same for all of its fields at once: cheaper where many are asked for
create or replace macro plain_names(fields) as
    json_object_of(list_transform(
        json_keys(fields),
        lambda k: {'k': regexp_replace(lower(k), '[^a-z]', '', 'g'), 'v': member(fields, k)}
    ));

-- pieces of a stream as one text; null where there are none
create or replace macro joined(pieces) as case when len(pieces) > 0 then array_to_string(pieces, '') end;

-- a count of tokens; a number that came as text too
create or replace macro token_count(value) as json_count(loose_number(told(value)));

-- messages with what stands before them: the system's words are a part of the question
create or replace macro with_system(system, messages) as
    case
        when told(system) is null or json_type(messages) <> 'ARRAY' then told(messages)
        else json_list_of([json_object('role', 'system', 'content', system)] || json_extract(messages, '$[*]'))
    end;

-- A text that a log cut short and that was JSON: what stood under a name. What a text says of itself inside is escaped
-- and so never matches.
create or replace macro cut_field(words, name) as
    nullif(regexp_extract(words, '"' || name || '"\s*:\s*"([^"\\]*)"', 1), '');

-- The answer in such a text, with an ellipsis where the log cut it: the model went on. Google and Anthropic say it as `text`.
create or replace macro cut_content(words) as
    case when regexp_matches(words, '"(?:content|text)"\s*:\s*"') then
        coalesce(
            try((
                '"' || regexp_extract(words, '"(?:content|text)"\s*:\s*"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)', 1) || '"'
            )::json ->> '$'), ''
        ) || case
            when regexp_matches(words, '"(?:content|text)"\s*:\s*"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)"') then '' else '…'
        end
    end;

-- a stream's chunks as the one completion that they are
create or replace macro chunk_calls(pieces) as
    list_transform(
        list_filter(pieces, lambda opened: (opened ->> 'id') is not null),
        lambda opened: json_object(
            'id', opened -> 'id', 'type', 'function', 'function', json_object(
                'name', opened -> '$.function.name',
                'arguments', array_to_string(
                    list_transform(
                        list_filter(pieces, lambda piece: (piece ->> 'index') is not distinct from (opened ->> 'index')),
                        lambda piece: piece ->> '$.function.arguments'
                    ), ''
                )
            )
        )
    );

create or replace macro last_told(values_found) as list_filter(values_found, lambda found: told(found) is not null)[-1];

-- Azure's first piece has empty names
create or replace macro first_told(values_found) as
    list_filter(values_found, lambda found: coalesce(found::varchar not in ('null', '""', '0'), false))[1];

create or replace macro chunks_together(chunks) as
    json_object(
        'id', first_told(list_transform(chunks, lambda c: c -> 'id')),
        'object', 'chat.completion',
        'created', first_told(list_transform(chunks, lambda c: c -> 'created')),
        'model', first_told(list_transform(chunks, lambda c: c -> 'model')),
        'service_tier', last_told(list_transform(chunks, lambda c: c -> 'service_tier')),
        'system_fingerprint', last_told(list_transform(chunks, lambda c: c -> 'system_fingerprint')),
        'usage', last_told(list_transform(chunks, lambda c: c -> 'usage')),
        'choices', [json_object(
            'index', 0,
            'finish_reason', last_told(list_transform(chunks, lambda c: first_choice(c) -> 'finish_reason')),
            'content_filter_results', last_told(list_transform(chunks, lambda c: first_choice(c) -> 'content_filter_results')),
            'message', json_object(
                'role', 'assistant',
                'content', joined(list_filter(
                    list_transform(chunks, lambda c: coalesce(first_choice(c) ->> '$.delta.content', first_choice(c) ->> 'text')),
                    lambda piece: piece is not null
                )),
                'refusal', joined(list_filter(
                    list_transform(chunks, lambda c: first_choice(c) ->> '$.delta.refusal'), lambda piece: piece is not null
                )),
                'tool_calls', nullif(json_list_of(chunk_calls(flatten(list_transform(
                    chunks, lambda c: json_extract(first_choice(c), '$.delta.tool_calls[*]')
                ))))::varchar, '[]')::json
            )
        )]
    );

-- several answers to one question come mixed: the first is the answer
create or replace macro first_choice(chunk) as
    case when coalesce(chunk ->> '$.choices[0].index', '0') = '0' then chunk -> '$.choices[0]' end;

-- filters of Azure's that took something away, or saw something and let it pass: names of categories
create or replace macro filters_of(results, word) as
    list_filter(
        json_keys(results),
        lambda k: list_contains(json_extract_string(member(results, k), '$..' || word), 'true')
    );

-- a stream that was logged as it came over the wire: lines of server-sent events, each with a piece
create or replace macro sent_events(words) as
    list_filter(
        list_transform(regexp_extract_all(words, '(?m)^data: ?(\{.*)$', 1), lambda piece: try(piece::json)),
        lambda piece: piece is not null
    );

-- Google's answer as a completion: what was thought is counted beside the answer, what the cache read inside the prompt
create or replace macro gemini_completion(answer) as
    json_object(
        'id', json_extract(answer, '$.responseId'),
        'model', json_extract(answer, '$.modelVersion'),
        'choices', json_list_of(list_transform(
            json_extract(answer, '$.candidates[*]'),
            lambda candidate: json_object(
                'finish_reason', json_extract(candidate, '$.finishReason'),
                'message', json_object(
                    'role', 'assistant',
                    'content', joined(list_transform(
                        list_filter(
                            json_extract(candidate, '$.content.parts[*]'),
                            lambda part: (part ->> 'text') is not null and (part ->> 'thought') is distinct from 'true'
                        ),
                        lambda part: part ->> 'text'
                    )),
                    'tool_calls', case when len(json_extract(candidate, '$.content.parts[*].functionCall')) > 0 then
                        json_list_of(list_transform(
                            json_extract(candidate, '$.content.parts[*].functionCall'),
                            lambda called: json_object('type', 'function', 'function', json_object(
                                'name', json_extract(called, '$.name'), 'arguments', json_extract(called, '$.args')
                            ))
                        ))
                    end
                )
            )
        )),
        'usage', json_object(
            'prompt_tokens', json_extract(answer, '$.usageMetadata.promptTokenCount'),
            'completion_tokens', try_cast(json_extract_string(answer, '$.usageMetadata.candidatesTokenCount') as bigint)::hugeint
            + coalesce(try_cast(json_extract_string(answer, '$.usageMetadata.thoughtsTokenCount') as bigint), 0),
            'prompt_tokens_details', json_object('cached_tokens', json_extract(answer, '$.usageMetadata.cachedContentTokenCount')),
            'completion_tokens_details', json_object('reasoning_tokens', json_extract(answer, '$.usageMetadata.thoughtsTokenCount'))
        )
    );

-- answers of other makers in the shape of a completion; any other body as it is
create or replace macro as_completion(body) as
    case
        when json_type(body, '$.candidates') = 'ARRAY' then gemini_completion(body)
        when json_type(body, '$.response') = 'VARCHAR' and json_extract(body, '$.choices') is null then json_object(
            'model', json_extract(body, '$.model'), 'usage', json_extract(body, '$.usage'),
            'choices', [json_object('message', json_object(
                'role', 'assistant', 'content', json_extract(body, '$.response'),
                'tool_calls', nullif(told(json_extract(body, '$.tool_calls'))::varchar, '[]')::json
            ))]
        )
        else body
    end;
