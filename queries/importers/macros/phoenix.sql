/*
title: helpers for OpenInference and Phoenix
order: 10
summary: annotations and evaluations as scores, and what an application says of itself in a span's metadata
*/
-- what is one value by the convention, a text that may hold JSON: a table's cells are opened where they do
create or replace macro phoenix_text() as '^\$\.attributes\.(input\.value|output\.value|llm\.invocation_parameters|tool\.parameters)';

-- an annotation of Phoenix's interface, or a row of its table of annotations
create or replace macro phoenix_score(x) as
    {
        'name': coalesce(x ->> 'annotation_name', x ->> 'name'),
        'value': try_cast(coalesce(x ->> '$.result.score', x ->> '$."result.score"', x ->> 'score') as double),
        'source': lower(x ->> 'annotator_kind'),
        'at': coalesce(x -> 'created_at', x -> 'updated_at'),
        'comment': coalesce(
            nullif(coalesce(x ->> '$.result.explanation', x ->> '$."result.explanation"', x ->> 'explanation'), ''),
            nullif(coalesce(x ->> '$.result.label', x ->> '$."result.label"', x ->> 'label'), '')
        )
    };

-- annotations that stand among the attributes of their span: annotations.0.annotation.name
create or replace macro phoenix_scores(attrs, keys, listed, each_one) as
    list_transform(
        flat_places(keys, listed),
        lambda n: {
            'name': member_text(attrs, listed || '.' || n || '.' || each_one || '.name'),
            'value': try_cast(member_text(attrs, listed || '.' || n || '.' || each_one || '.score') as double),
            'source': lower(member_text(attrs, listed || '.' || n || '.' || each_one || '.annotator_kind')),
            'at': null::json,
            'comment': coalesce(
                nullif(member_text(attrs, listed || '.' || n || '.' || each_one || '.explanation'), ''),
                nullif(member_text(attrs, listed || '.' || n || '.' || each_one || '.label'), '')
            )
        }
    );

create or replace macro phoenix_field(holder, field) as
    coalesce(said(member(holder, field)), said(member(holder, 'metadata.' || field)));

-- the fields of this project that applications put into metadata, an object of its own or flattened into the attributes
create or replace macro phoenix_context(holder) as
    json_merge_patch('{}', json_object(
        'tenant', coalesce(phoenix_field(holder, 'tenant'), phoenix_field(holder, 'tenant_id')),
        'region', phoenix_field(holder, 'region'),
        'locale', phoenix_field(holder, 'locale'),
        'feature', phoenix_field(holder, 'feature'),
        'client', phoenix_field(holder, 'client'),
        'app_version', phoenix_field(holder, 'app_version'),
        'prompt_version', phoenix_field(holder, 'prompt_version'),
        'index_version', phoenix_field(holder, 'index_version'),
        'arm', phoenix_field(holder, 'arm')
    ));

-- what OpenTelemetry's own conventions tell as a list stays one
create or replace macro otel_list() as
    '\.gen_ai\.(input\.messages|output\.messages|system_instructions|response\.finish_reasons|retrieval\.documents|tool\.definitions)';

-- evaluations as Arize exports them beside their span: eval.tone.score, eval.tone.label, eval.tone.explanation
create or replace macro arize_scores(body) as
    list_transform(
        list_distinct(list_filter(
            list_transform(json_keys(body), lambda k: regexp_extract(k::varchar, '^eval\.(.+)\.(?:score|label)$', 1)),
            lambda judged: judged <> '' and coalesce(
                said(member(body, 'eval.' || judged || '.score')), said(member(body, 'eval.' || judged || '.label'))
            ) is not null
        )),
        lambda judged: {
            'name': judged,
            'value': try_cast(member_text(body, 'eval.' || judged || '.score') as double),
            'source': 'evaluation',
            'at': null::json,
            'comment': coalesce(
                nullif(member_text(body, 'eval.' || judged || '.explanation'), ''),
                nullif(member_text(body, 'eval.' || judged || '.label'), '')
            )
        }
    );
