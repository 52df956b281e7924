/*
title: values of home-grown logs
order: 9
summary: numbers, durations, outcomes and cache words as people write them; each gives null for what it does not know
*/
create or replace macro plain_key(key) as regexp_replace(lower(key), '[^\pL\pN]', '', 'g');

create or replace macro path_text(picked, name) as
    list_filter(list_select(picked, getvariable('plan')[name]), lambda x: x is not null)[1];

-- an empty text says something as an answer; as an id, a model or a number it says nothing
create or replace macro path_value(picked, name) as
    list_filter(list_select(picked, getvariable('plan')[name]), lambda x: x::varchar <> '""')[1];

-- a count, also with thousands separators
create or replace macro loose_count(leaf) as
    list_transform([leaf], lambda counted: case
        when regexp_full_match(json_string(counted), '\d{1,3}(,\d{3})+') then replace(json_string(counted), ',', '')::json
        else loose_number(counted)
    end)[1];

-- money in dollars, also with their sign; of another currency it says nothing
create or replace macro loose_dollars(leaf) as
    list_transform([leaf], lambda paid: case
        when regexp_full_match(json_string(paid), '(?i)(us)?\$ ?[\d,]*\.?\d+|[\d,]*\.?\d+ ?(usd|\$)')
            then to_json(try_cast(regexp_replace(json_string(paid), '[^\d.]', '', 'g') as double))
        else loose_number(paid)
    end)[1];

create or replace macro loose_integer(leaf) as
    list_transform([loose_number(leaf)], lambda whole: json_count(whole))[1];

-- a duration in the unit of its column: a number, "1.5", "1.5s", "120ms" (then in milliseconds) or ISO 8601
create or replace macro loose_duration(leaf) as
    list_transform([{'number': loose_count(leaf), 'words': json_string(leaf)}], lambda took: coalesce(
        json_number(took.number),
        try_cast(regexp_extract(took.words, '^(-?[\d.]+) ?ms$', 1) as double) / getvariable('duration_unit'),
        try_cast(regexp_extract(took.words, '^(-?[\d.]+) ?s$', 1) as double) * 1000 / getvariable('duration_unit'),
        case when regexp_matches(took.words, '^PT[\d.]') then
            (
                coalesce(try_cast(regexp_extract(took.words, '([\d.]+)H', 1) as double), 0) * 3600
                + coalesce(try_cast(regexp_extract(took.words, '([\d.]+)M', 1) as double), 0) * 60
                + coalesce(try_cast(regexp_extract(took.words, '([\d.]+)S', 1) as double), 0)
            ) * 1000 / getvariable('duration_unit')
        end
    ))[1];

create or replace macro outcome_word(word) as
    case
        when lower(word) in ('ok', 'success', 'succeeded', 'successful', 'completed', 'complete', 'done', 'true', 'info', 'y', 'yes', '성공',
            '정상', '완료', '예')
            then 'ok'
        when lower(word) in ('error', 'failed', 'failure', 'fail', 'exception', 'false', 'fatal', 'critical', 'n', 'no', '실패',
            '오류', '에러', '예외', '아니오')
            then 'error'
        when lower(word) in ('timeout', 'timed_out', 'timedout', 'deadline_exceeded', '시간초과', '시간 초과', '타임아웃')
            then 'timeout'
        when lower(word) in ('cancelled', 'canceled', 'aborted', '취소', '중단') then 'cancelled'
    end;

create or replace macro outcome_of_code(code) as
    case
        when code = 1 or code between 200 and 399 then 'ok'
        when code in (408, 504) then 'timeout'
        when code = 499 then 'cancelled'
        when code = 0 or code between 400 and 599 then 'error'
    end;

create or replace macro loose_cache(word) as
    case
        when lower(word) in ('hit', 'true', '1', 'semantic hit', 'yes', 'y', 'refreshed', '적중', '히트', '예')
            then 'hit'
        when lower(word) in ('miss', 'false', '0', 'no', 'n', 'none', 'expired', 'stale', '미적중', '미스', '아니오') then 'miss'
        when lower(word) in ('bypass', 'disabled', 'off', 'dynamic') then 'bypass'
        when lower(word) in ('write', 'stored') then 'write'
    end;

-- what an application tells of its own cache in the metadata of a span: no vendor has a field for it
create or replace macro metadata_cache(told) as
    to_json(loose_cache(json_text(coalesce(told.cache_status, told.cache_hit))));

create or replace macro loose_kind(word) as
    case
        when lower(word) in ('llm', 'chat', 'completion', 'generation', 'chat_completion', 'chat_model', 'model') then 'llm'
        when lower(word) in ('retriever', 'retrieval', 'search', 'rag', 'vector_search') then 'retrieval'
        when lower(word) in ('tool', 'function', 'tool_call', 'execute_tool') then 'tool'
        when lower(word) in ('embedding', 'embeddings') then 'embedding'
        when lower(word) in ('request', 'http_request', 'api') then 'request'
        else kind_word(word)
    end;

create or replace macro loose_score(word) as
    coalesce(
        try_cast(word as double),
        case
            when lower(word) in ('true', 'up', 'thumbs_up', 'thumbsup', 'positive', 'like', 'good', '좋아요', '👍') then 1
            when lower(word) in ('false', 'down', 'thumbs_down', 'thumbsdown', 'negative', 'dislike', 'bad', '싫어요', '👎') then -1
        end
    );

-- a document: an object with an id and a score under some name, or the id itself; LangChain may write one out under `kwargs`
create or replace macro document_of(d) as
    list_transform([coalesce(json_object_leaf(json_extract(d, '$.kwargs')), d)], lambda doc: case when starts_with(doc, '{') then
        {
            'id': coalesce(
                doc ->> 'id', doc ->> 'doc_id', doc ->> 'document_id', doc ->> 'chunk_id', doc ->> 'source', doc ->> '$.metadata.id',
                doc ->> '$.metadata.source', doc ->> 'url', doc ->> 'title'
            ),
            'score': try_cast(
                coalesce(
                    doc ->> 'score', doc ->> 'similarity', doc ->> 'relevance', doc ->> 'relevance_score', doc ->> 'distance',
                    doc ->> '$.metadata.score', doc ->> '$.metadata.relevance_score', doc ->> '$.metadata.similarity'
                ) as double
            )
        }
    else {'id': json_text(doc), 'score': null::double} end)[1];

-- what an error field holds where there was none
create or replace macro no_error(leaf) as
    contains('|false|{}|[]|0|"none"|"null"|"nil"|"n/a"|"-"|"false"|"ok"|"0"|""|', '|' || lower(leaf::varchar) || '|');

create or replace macro event_says(word, words) as
    regexp_matches(lower(regexp_replace(word, '([a-z])([A-Z])', '\1_\2', 'g')), '(^|[^a-z])(' || words || ')s?([^a-z]|$)');

-- which turn of a request a line tells, by its word: the last part counts, so "request completed" is a result
create or replace macro event_turn(word) as
    case
        when event_says(word, 'retry|retrying|retried|reattempt|attempt|재시도') then 'retry'
        when event_says(word, 'error|errored|failed|failure|fail|timeout|exception|cancelled|canceled|aborted')
            or event_says(word, '오류|에러|실패') then 'failure'
        when event_says(word, 'response|resp|responded|end|ended|complete|completed|finish|finished|done|success|succeeded')
            or event_says(word, 'answer|answered|reply|result|응답|완료|성공') then 'result'
        when event_says(word, 'request|requested|req|start|started|begin|received|sent|submitted|prompt|call|invoke|요청|시작|호출')
            then 'request'
    end;
