/*
title: text macros
summary: takes what was said out of whatever shape a log keeps it in
notes: >
  A shape is tried by one json_transform (one parse), never by a chain of paths. Arguments of a macro are written out
  where it is used, so each macro takes a column, never an expression.
*/
-- text that may be JSON: tested by its first character before it is parsed
create or replace macro as_json(t) as
    case when left(ltrim(t), 1) in ('{', '[', '"') and json_valid(t) then t::json end;

-- the fields in which the shapes we know keep what was said
create or replace macro envelope(o) as
    json_transform(
        o,
        '{"choices": [{"message": "JSON", "delta": "JSON", "text": "JSON"}], "candidates": [{"content": "JSON"}],
          "messages": "JSON", "contents": "JSON", "output_text": "JSON", "role": "VARCHAR", "content": "JSON", "parts": "JSON",
          "kwargs": {"content": "JSON", "messages": "JSON"}, "generations": [[{"message": "JSON", "text": "JSON"}]],
          "answer": "JSON", "output": "JSON", "response": "JSON", "completion": "JSON", "reply": "JSON",
          "generated_text": "JSON", "result": "JSON", "message": "JSON", "text": "JSON", "error": "JSON",
          "question": "JSON", "query": "JSON", "prompt": "JSON", "input": "JSON", "inputs": "JSON", "user_input": "JSON",
          "new_message": "JSON", "args": "JSON"}'
    );

-- what a vendor's envelope holds; null when `e` is no vendor's
create or replace macro vendor_answer(e) as
    coalesce(
        e.choices[1].message, e.choices[1].delta, e.choices[1].text, e.candidates[1].content, e.messages, e.output_text,
        case when e."role" is not null then coalesce(e.content, e.parts) end, e.parts, e.kwargs.content,
        e.generations[1][1].message, e.generations[1][1].text
    );

-- what an application's own object calls its answer; an object that reports an error has none
create or replace macro field_answer(e) as
    case when nullif(e.error, 'null'::json) is null then coalesce(
        e.answer, e.output, e.content, e.response, e.completion, e.reply, e.generated_text, e.result, e.message, e.text
    ) end;

-- what an object asks
create or replace macro field_question(e) as
    coalesce(
        e.messages, e.contents, e.new_message, e.kwargs.messages, e.question, e.query, e.user_input,
        case when e."role" is not null then coalesce(e.content, e.parts) end, e.parts, e.kwargs.content,
        e.prompt, e.input, e.inputs, e.args, e.message, e.text, e.content
    );

-- the messages or parts of a list; a list of lists (LangChain batches) gives its first
create or replace macro list_items(l) as
    json_transform(
        case when json_type(l, '$[0]') = 'ARRAY' then l -> '$[0]' when json_type(l) = 'ARRAY' then l end,
        '[{"role": "VARCHAR", "type": "VARCHAR", "content": "JSON", "parts": "JSON", "text": "JSON", "refusal": "JSON",
           "message": {"role": "VARCHAR", "content": "JSON"},
           "kwargs": {"content": "JSON", "type": "VARCHAR"}, "id": "JSON"}]'
    );

-- the text of one content: a string, or the texts of its parts in their order
create or replace macro content_text(c) as
    case json_type(c)
        when 'VARCHAR' then c ->> '$'
        when 'ARRAY' then nullif(array_to_string(
            coalesce(
                nullif(c ->> '$[*].text.value', []), nullif(c ->> '$[*].text', []), nullif(c ->> '$[*].content', []),
                nullif(c ->> '$[*].refusal', []), case when json_type(c, '$[0]') = 'VARCHAR' then c ->> '$[*]' end
            ), ''), '')
        when 'OBJECT' then coalesce(
            nullif(array_to_string(coalesce(
                nullif(c ->> '$.content[*].text', []), nullif(c ->> '$.parts[*].text', []), nullif(c ->> '$.parts[*].content', [])
            ), ''), ''),
            c ->> '$.content', c ->> '$.text', c ->> '$.kwargs.content', c ->> '$.refusal'
        )
    end;

-- the last thing that one of `roles` said in `items`, silence aside
create or replace macro last_of(items, roles) as
    list_filter(
        items,
        lambda m: list_contains(roles, lower(coalesce(m."role", m.message."role", m.kwargs.type, m.id ->> '$[#-1]', m.type)))
            and coalesce(m.content, m.parts, m.kwargs.content, m.message.content, m.text)::varchar not in ('""', '[]', 'null')
    )[-1];

-- what a message says, as a content
create or replace macro said_by(m) as coalesce(m.content, m.parts, m.kwargs.content, m.message.content, m.text);

create or replace macro assistant_roles() as
    ['assistant', 'model', 'ai', 'bot', 'chatbot', 'agent', 'aimessage', 'aimessagechunk', 'message'];

create or replace macro user_roles() as ['user', 'human', 'humanmessage', 'customer'];

create or replace macro tool_roles() as ['tool', 'function', 'toolmessage', 'functionmessage', 'ipython'];

-- small letters, plain quotes, no zero-width signs; signs outside ASCII are looked for only where there are some
create or replace macro plain_letters(t) as
    case
        when strlen(t) = length(t) then lower(t)
        when regexp_matches(t, '[’‘´“”„«»　\x{200B}-\x{200F}\x{2060}\x{FEFF}]') then translate(
            regexp_replace(lower(nfc_normalize(t)), '[\x{200B}-\x{200F}\x{2060}\x{FEFF}]+', '', 'g'),
            '’‘´“”„«»　', '''''''""""" '
        )
        else lower(nfc_normalize(t))
    end;

-- text as attacks are looked for in it: small letters, and what hides letters undone - zero-width signs and changes of
-- direction between them, full-width letters and invisible tags in place of them
create or replace macro bared(t) as
    case
        when strlen(t) = length(t) then lower(t)
        -- any of the signs below, and the one (U+1FFD) that is normalised to one: to look is ten times cheaper than to replace
        when not regexp_matches(
            t,
            '[\x{00AD}\x{034F}\x{061C}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FE00}-\x{FE0F}\x{FEFF}'
            || '\x{FF01}-\x{FF5E}\x{E0020}-\x{E007E}’‘´“”„\x{1FFD}]'
        ) then lower(nfc_normalize(t))
        else lower(translate(
            regexp_replace(
                nfc_normalize(t),
                '[\x{00AD}\x{034F}\x{061C}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FE00}-\x{FE0F}\x{FEFF}]+', '', 'g'
            ),
            array_to_string(list_transform(range(94), lambda i: chr((65281 + i)::integer) || chr((917537 + i)::integer)), '')
            || chr(917536) || '’‘´“”„',
            array_to_string(list_transform(range(94), lambda i: chr((33 + i)::integer) || chr((33 + i)::integer)), '')
            || ' ''''''"""'
        ))
    end;

-- single blanks; most texts have no others, and to look is ten times cheaper than to replace
create or replace macro single_blanks(t) as
    case when contains(t, '  ') or contains(t, chr(9)) or contains(t, chr(13))
        then regexp_replace(t, '[ \t\r]{2,}|[\t\r]', ' ', 'g') else t end;

-- without the signs of markdown, looked for before they are replaced for the same reason
create or replace macro no_marks(t) as
    case when contains(t, '*') or contains(t, '`') or contains(t, '#') or contains(t, '_') or contains(t, '>') or contains(t, '|')
        then regexp_replace(t, '[*_#>|`]+', '', 'g') else t end;

-- a question as it is compared: in one line, without its last mark
create or replace macro in_one_line(t) as rtrim(replace(t, chr(10), ' '), ' ?!.。？！');

-- JSON that could hold something said and holds nothing: a message without text, {"answer": null}
create or replace macro is_hull(t, format) as
    regexp_matches(left(t, 400), '^\s*[\[{][^:]*"(choices|candidates|messages|generations|role|parts)"\s*:')
    or (format is distinct from 'json' and regexp_matches(
        left(t, 400),
        '^\s*\{\s*"(answer|output|text|content|response|result|completion|reply|message)"\s*:\s*(null|""|\[\s*\]|\{\s*\})\s*\}\s*$'
    ));

-- the script a text is written in, which is its language as far as script can tell: ko, ja, zh, latin or other
create or replace macro script_of(t) as
    case
        when strlen(t) = length(t) then 'latin'
        when regexp_matches(t, '[가-힣]{2}') then 'ko'
        when regexp_matches(t, '[ぁ-ゖァ-ヺ]') then 'ja'
        when regexp_matches(t, '[一-龥]{2}') then 'zh'
        when regexp_matches(t, '[a-z]{2}') then 'latin'
        else 'other'
    end;

-- is an act found in a text? Latin letters are looked at in every script: English stands inside every language's answers
create or replace macro does(t, script, latin, ko, ja, zh) as
    regexp_matches(t, latin)
    or case script
        when 'ko' then regexp_matches(t, ko)
        when 'ja' then regexp_matches(t, ja)
        when 'zh' then regexp_matches(t, zh)
        else false
    end;
