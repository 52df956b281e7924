/*
title: helpers for span attributes
order: 3
summary: kinds told by the conventions, message lists and documents that were flattened into keys, numbers that came as text
*/
create or replace macro attribute_kind(openinference, operation, vercel, traceloop, request_type) as
    coalesce(
        case upper(openinference)
            when 'LLM' then 'llm'
            when 'RETRIEVER' then 'retrieval'
            when 'EMBEDDING' then 'embedding'
            when 'TOOL' then 'tool'
            when 'GUARDRAIL' then 'guardrail'
            when 'CHAIN' then 'other'
            when 'AGENT' then 'other'
            when 'RERANKER' then 'other'
            when 'EVALUATOR' then 'other'
            when 'PROMPT' then 'other'
        end,
        -- the outer span of the AI SDK repeats the usage of the inner one, which made the call
        case
            when vercel in ('ai.embed.doEmbed', 'ai.embedMany.doEmbed') then 'embedding'
            when ends_with(vercel, '.doGenerate') or ends_with(vercel, '.doStream') then 'llm'
            when vercel = 'ai.toolCall' then 'tool'
            when vercel is not null then 'other'
        end,
        case
            when operation in ('chat', 'generate_content', 'text_completion') then 'llm'
            when operation = 'embeddings' then 'embedding'
            when operation = 'execute_tool' then 'tool'
            when operation in ('retrieval', 'search') then 'retrieval'
            when operation in ('invoke_agent', 'create_agent', 'invoke_workflow') then 'other'
        end,
        case request_type
            when 'chat' then 'llm'
            when 'completion' then 'llm'
            when 'embedding' then 'embedding'
            when 'rerank' then 'other'
        end,
        case traceloop when 'tool' then 'tool' end
    );

-- a number, also one that was written as text
create or replace macro loose_number(leaf) as
    list_transform([leaf], lambda told: case
        when starts_with(told, '"') and isfinite(try_cast(json_string(told) as double))
            -- digits as they are written; what JSON has no spelling for (.5, 007, +1) by its value
            then coalesce(try_cast(trim(json_string(told)) as json), to_json(try_cast(json_string(told) as double)))
        else told
    end)[1];

-- JSON that was written into a text, once or twice; any other leaf as it is
create or replace macro parsed_once(leaf) as
    list_transform(
        [leaf],
        lambda packed: case
            when regexp_matches(json_string(packed), '^\s*[\[{"]') then coalesce(try(json_string(packed)::json), packed)
            else packed
        end
    )[1];

create or replace macro parsed_text(leaf) as parsed_once(parsed_once(leaf));

-- Some count what the cache read and wrote beside the prompt, some inside: more read than asked can only be beside, and so
-- can what was written when both are more. Some gateways count what was read inside and what was written beside.
create or replace macro whole_input(prompt, cache_read, cache_write) as
    list_transform(
        [{
            'asked': prompt, 'n': json_count(prompt),
            'found': coalesce(json_count(cache_read), 0), 'kept': coalesce(json_count(cache_write), 0)
        }],
        lambda counts: case
            when counts.found > counts.n then to_json(counts.n + counts.found + counts.kept)
            when counts.found + counts.kept > counts.n then to_json(counts.n + counts.kept)
            else counts.asked
        end
    )[1];

-- Lambda arguments have names of their own in each macro: an inner one would hide the outer one it is given.
-- The numbers that stand after a prefix in flattened keys, in order: 10 after 9
create or replace macro flat_places(keys, prefix) as
    list_sort(list_distinct(list_filter(
        list_transform(
            list_filter(keys, lambda k: starts_with(k, prefix || '.')),
            lambda k: try_cast(split_part(substr(k::varchar, length(prefix) + 2), '.', 1) as integer)
        ),
        lambda n: n is not null
    )));

create or replace macro flat_text(attrs, keys, prefix) as
    coalesce(
        member(attrs, prefix || 'content'),
        nullif(to_json(array_to_string(list_transform(
            flat_places(keys, prefix || 'contents'),
            lambda piece: member_text(attrs, prefix || 'contents.' || piece || '.message_content.text')
        ), '')), '""')
    );

create or replace macro flat_calls(attrs, keys, prefix) as
    list_transform(
        flat_places(keys, prefix || 'tool_calls'),
        lambda nth: json_object('function', json_object(
            'name', coalesce(
                member(attrs, prefix || 'tool_calls.' || nth || '.tool_call.function.name'),
                member(attrs, prefix || 'tool_calls.' || nth || '.name')
            ),
            'arguments', coalesce(
                member(attrs, prefix || 'tool_calls.' || nth || '.tool_call.function.arguments'),
                member(attrs, prefix || 'tool_calls.' || nth || '.arguments')
            )
        ))
    );

create or replace macro flat_messages(attrs, keys, prefix, middle) as
    case when len(flat_places(keys, prefix)) > 0 then
        json_list_of(list_transform(
            flat_places(keys, prefix),
            lambda n: json_merge_patch('{}', json_object(
                'role', member(attrs, prefix || '.' || n || '.' || middle || 'role'),
                'content', flat_text(attrs, keys, prefix || '.' || n || '.' || middle),
                'finish_reason', member(attrs, prefix || '.' || n || '.finish_reason'),
                'tool_calls', case when len(flat_calls(attrs, keys, prefix || '.' || n || '.' || middle)) > 0 then
                    json_list_of(flat_calls(attrs, keys, prefix || '.' || n || '.' || middle))
                end
            ))
        ))
    end;

-- texts that were flattened: one as it is, several as a list
create or replace macro flat_texts(attrs, keys, prefix, word) as
    list_transform(
        [list_transform(flat_places(keys, prefix), lambda nth_text: member(attrs, prefix || '.' || nth_text || '.' || word))],
        lambda texts: case len(texts) when 0 then null when 1 then texts[1] else json_list_of(texts) end
    )[1];

create or replace macro flat_documents(attrs, keys) as
    list_transform(
        flat_places(keys, 'retrieval.documents'),
        lambda n: {
            'id': member_text(attrs, 'retrieval.documents.' || n || '.document.id'),
            'score': try_cast(member_text(attrs, 'retrieval.documents.' || n || '.document.score') as double)
        }
    );

-- What an application attached to its spans: an object, or names behind a prefix of whoever traces or of its own (`app.`,
-- as in OpenTelemetry's demo).
create or replace macro told_metadata(attrs, keys) as
    merged(
        json_object_leaf(parsed_text(member(attrs, 'metadata'))),
        case when regexp_matches(keys::varchar, '(properties|metadata|app)\.') then json_object_of(list_transform(
            list_filter(keys, lambda k: regexp_matches(k::varchar, '^(traceloop\.association\.properties|([a-z_]+\.)*metadata|app)\.')),
            lambda k: {'k': regexp_replace(k::varchar, '^(.*?(properties|metadata)|app)\.', ''), 'v': member(attrs, k::varchar)}
        )) end
    )::json;

-- messages of OpenTelemetry's, with the instructions that are told beside them
create or replace macro genai_asked(instructions, messages) as
    list_transform(
        [{'system': parsed_text(instructions), 'told': parsed_text(messages)}],
        lambda asked: case
            when json_array_length(asked.system) > 0 and json_type(asked.told) = 'ARRAY' then
                json_list_of([json_object('role', 'system', 'parts', asked.system)] || json_extract(asked.told, '$[*]'))
            else messages
        end
    )[1];
