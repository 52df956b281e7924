/*
title: events of OpenTelemetry's GenAI conventions
order: 4
summary: messages, answers and evaluations that are told one an event, as log records or as events of a span
*/
create or replace macro is_genai_message(event) as
    contains('|gen_ai.system.message|gen_ai.user.message|gen_ai.assistant.message|gen_ai.tool.message|', '|' || event || '|');

-- an event of one message: what it says stands in the body, or in attributes; the event's name tells who says it
create or replace macro genai_message(event, told_there, attrs) as
    json_merge_patch(
        json_object('role', split_part(event, '.', 2)),
        coalesce(
            json_object_leaf(told_there), json_object_leaf(parsed_text(json_extract(attrs, '$."gen_ai.event.content"'))),
            json_merge_patch('{}', json_object(
                'role', json_extract(attrs, '$.role'), 'content', coalesce(json_extract(attrs, '$.content'), told_there),
                'tool_calls', parsed_text(json_extract(attrs, '$.tool_calls')), 'id', json_extract(attrs, '$.id')
            ))
        )
    );

create or replace macro genai_chosen(choice) as
    json_merge_patch(
        '{"role": "assistant"}',
        json_merge_patch(
            coalesce(json_object_leaf(json_extract(choice, '$.message')), json_merge_patch('{}', json_object(
                'content', coalesce(json_extract(choice, '$.message'), json_extract(choice, '$.content')),
                'tool_calls', json_extract(choice, '$.tool_calls')
            ))),
            json_merge_patch('{}', json_object('finish_reason', json_extract(choice, '$.finish_reason')))
        )
    );

-- an event of one answer: the message, and why it ended
create or replace macro genai_choice(told_there, attrs) as
    list_transform(
        [coalesce(
            json_object_leaf(told_there), json_object_leaf(parsed_text(json_extract(attrs, '$."gen_ai.event.content"'))),
            json_merge_patch('{}', json_object(
                'message', parsed_text(json_extract(attrs, '$.message')), 'content', coalesce(json_extract(attrs, '$.content'), told_there),
                'finish_reason', json_extract(attrs, '$.finish_reason'), 'tool_calls', parsed_text(json_extract(attrs, '$.tool_calls'))
            ))
        )],
        lambda choice: genai_chosen(choice)
    )[1];

create or replace macro genai_evaluation(attrs, judged_at) as
    {
        'name': attrs ->> '$."gen_ai.evaluation.name"',
        'value': try_cast(coalesce(
            attrs ->> '$."gen_ai.evaluation.score.value"', attrs ->> '$."gen_ai.evaluation.score"'
        ) as double),
        'source': 'evaluation',
        'at': judged_at,
        'comment': coalesce(attrs ->> '$."gen_ai.evaluation.explanation"', attrs ->> '$."gen_ai.evaluation.score.label"')
    };
