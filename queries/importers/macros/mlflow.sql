/*
title: helpers for MLflow
order: 9
summary: attributes whose every value is JSON in a text, durations, documents of retrievers, and assessments as scores
*/
-- a value that was written as JSON into a text; a text that is none stays one
create or replace macro mlflow_value(leaf) as
    case when starts_with(leaf, '"') then coalesce(try(json_string(leaf)::json), leaf) else leaf end;

create or replace macro mlflow_decoded(attrs) as
    case when starts_with(attrs, '{') then
        json_object_of(list_transform(json_keys(attrs), lambda k: {'k': k, 'v': mlflow_value(member(attrs, k))}))
    end;

-- tags and metadata: an object, the text of one, or a list of keys and values
create or replace macro mlflow_words(leaf) as
    case
        when starts_with(parsed_text(leaf), '[') then
            json_object_of(list_transform(
                json_extract(parsed_text(leaf), '$[*]'), lambda pair: {'k': pair ->> 'key', 'v': pair -> 'value'}
            ))
        else json_object_leaf(parsed_text(leaf))
    end;

-- the tags that MLflow gave, or those that people gave
create or replace macro mlflow_tags(tags, by_mlflow) as
    case when tags is not null then
        json_object_of(list_transform(
            list_filter(json_keys(tags), lambda k: starts_with(k, 'mlflow.') = by_mlflow), lambda k: {'k': k, 'v': member(tags, k)}
        ))
    end;

-- milliseconds, or protobuf's "1.234s"
create or replace macro mlflow_milliseconds(leaf) as
    coalesce(
        json_number(loose_number(leaf)),
        try_cast(regexp_extract(json_string(leaf), '^([\d.]+)s$', 1) as double) * 1000
    );

-- a name or a version, also one that looks like a number
create or replace macro mlflow_word(leaf) as case when leaf is not null then to_json(json_text(leaf)) end;

create or replace macro mlflow_text(leaf) as case when starts_with(leaf, '"') then leaf end;

create or replace macro mlflow_finish(answered) as
    coalesce(
        answered -> '$.choices[0].finish_reason', answered -> '$.stop_reason', answered -> '$.finish_reason',
        answered -> '$.stopReason', answered -> '$.candidates[0].finish_reason', answered -> '$.incomplete_details.reason',
        answered -> '$.generations[0][0].generation_info.finish_reason', answered -> '$.response_metadata.finish_reason'
    );

create or replace macro mlflow_parameters(asked) as
    nullif(json_merge_patch('{}', json_object(
        'temperature', json_extract(asked, '$.temperature'), 'seed', json_extract(asked, '$.seed'),
        'max_tokens', json_extract(asked, '$.max_tokens'),
        'response_format', json_object_leaf(json_extract(asked, '$.response_format'))
    )), '{}');

create or replace macro mlflow_documents(listed) as
    case when listed is not null then
        json_list_of(list_transform(json_extract(listed, '$[*]'), lambda d: json_object(
            'id', coalesce(
                d ->> 'id', d ->> '$.metadata.doc_id', d ->> '$.metadata.id', d ->> '$.metadata.doc_uri',
                d ->> '$.metadata.source', d ->> '$.metadata.chunk_id'
            ),
            'score', try_cast(
                coalesce(d ->> 'score', d ->> '$.metadata.score', d ->> '$.metadata.similarity_score') as double
            )
        )))
    end;

-- judges answer with numbers, with yes and no, or in words of their own: those are kept as the comment
create or replace macro mlflow_grade(word) as
    coalesce(
        try_cast(word as double),
        case when lower(word) in ('true', 'yes', 'pass') then 1.0 when lower(word) in ('false', 'no', 'fail') then 0.0 end
    );

create or replace macro mlflow_score(x) as
    {
        'name': coalesce(x ->> 'assessment_name', x ->> 'name'),
        -- a thumb goes up or down
        'value': case
            when coalesce(x ->> 'assessment_name', x ->> 'name') = 'user_feedback'
                and lower(coalesce(x ->> '$.feedback.value', x ->> 'value')) in ('false', 'no') then -1.0
            else mlflow_grade(coalesce(x ->> '$.feedback.value', x ->> 'value'))
        end,
        'source': lower(coalesce(x ->> '$.source.source_type', x ->> 'source')),
        'at': coalesce(x -> 'create_time', x -> 'create_time_ms', x -> 'last_update_time'),
        'comment': coalesce(
            nullif(x ->> 'rationale', ''), x ->> '$.feedback.error.error_message', x ->> '$.error.error_message',
            case when mlflow_grade(x ->> '$.feedback.value') is null then x ->> '$.feedback.value' end
        )
    };
