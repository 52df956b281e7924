/*
title: texts
summary: what was asked and what was answered, taken out of each span's input and output; text is read here and nowhere else
step: 4
needs: [macros/texts.sql]
why: >
  An answer may be plain text, a message, a list of them, or a vendor's whole response. Two envelopes are opened, the
  deepest that the shapes we know go; what is no known shape is an answer as it stands, and so is every object where the
  caller asked for JSON. `in_json` is of the answer, not of the envelope it came in; `own_value` says that the record held
  a value of the application's own and no message. A span that only wraps a model's answer has that call's finish reason,
  where it tells none: the call was cut, and so is what was handed on. Text longer than 4,000 signs is hashed as it stands: to normalise it costs more than the few
  repeats it would find.
*/
create or replace table texts as
with written as (
    select
        id, trace_id, parent_id, kind, name, route, model, start, finish_reason, output_format, output_tokens,
        cache_status, fallback, locale,
        coalesce(status, case
            when output is not null and error_type is null and error_message is null and coalesce(http_status, 200) < 400 then 'ok'
        end) as status,
        output is not null as has_output,
        case when left(ltrim(output), 1) = '"' and json_valid(output) then output::json ->> '$' else output end as raw_output,
        case when left(ltrim(input), 1) = '"' and json_valid(input) then input::json ->> '$' else input end as raw_input
    from spans
    where kind in ('request', 'llm') or output is not null
),
parsed as (
    select *, as_json(raw_output) as oj, as_json(raw_input) as ij
    from written
),
opened as (
    select
        *,
        case when oj is not null then envelope(case when json_type(oj) = 'OBJECT' then oj end) end as oe,
        case when ij is not null then envelope(case when json_type(ij) = 'OBJECT' then ij end) end as ie
    from parsed
),
outer_layer as (
    select
        * exclude (oe, ie),
        case when json_type(oj) = 'OBJECT'
            then coalesce(vendor_answer(oe), case when output_format is distinct from 'json' then field_answer(oe) end)
            else oj end as o1,
        case when json_type(ij) = 'OBJECT' then field_question(ie) else ij end as i1,
        json_type(oj) = 'OBJECT' and vendor_answer(oe) is null as own_object
    from opened
),
reopened as (
    select
        *,
        case when json_type(o1) = 'OBJECT' then envelope(o1) end as oe,
        case when json_type(i1) = 'OBJECT' then envelope(i1) end as ie,
        list_items(o1) as om,
        list_items(i1) as im
    from outer_layer
),
inner_layer as (
    select
        * exclude (oe, ie, om, im),
        case json_type(o1)
            when 'OBJECT' then coalesce(vendor_answer(oe), field_answer(oe))
            when 'ARRAY' then said_by(last_of(om, assistant_roles())) end as o2,
        case json_type(i1)
            when 'OBJECT' then field_question(ie)
            when 'ARRAY' then coalesce(said_by(last_of(im, user_roles())), said_by(im[-1])) end as i2,
        case when json_type(i1) = 'ARRAY' then said_by(last_of(im, tool_roles())) end as tc,
        list_items(case when json_type(o1) = 'OBJECT' then vendor_answer(oe) end) as om2,
        list_items(case when json_type(i1) = 'OBJECT' then field_question(ie) end) as im2
    from reopened
),
contents as (
    select
        * exclude (o2, i2, om2, im2),
        coalesce(said_by(last_of(om2, assistant_roles())), o2) as oc,
        coalesce(said_by(last_of(im2, user_roles())), i2) as ic
    from inner_layer
),
said as (
    select
        * exclude (oj, ij, o1, i1, oc, ic, tc),
        case when oj is null then raw_output else coalesce(
            content_text(oc),
            case when oc is null then content_text(o1) end,
            case when is_hull(raw_output, output_format) then '' else raw_output end
        ) end as answer,
        case when ij is null then raw_input else coalesce(content_text(ic), content_text(i1), raw_input) end as question,
        content_text(tc) as handed,
        coalesce(own_object or (json_type(o1) = 'ARRAY' and oc is null), false) as own_value,
        finish_reason = 'tool_calls' or (oj is not null and regexp_matches(
            case when json_type(oj) = 'ARRAY' then (oj -> '$[#-1]')::varchar else raw_output end,
            '"(tool_?calls|toolCalls|toolUse|function_?[cC]all)" ?: ?(\[ ?)?\{|"type" ?: ?"(tool_use|tool_call|function_call|tool-call)"'
        )) as called_tool
    from contents
),
lettered as (
    select
        *,
        length(answer) as answer_chars,
        as_json(answer) is not null as in_json,
        case when length(raw_input) <= 4000 then plain_letters(raw_input) end as whole_letters,
        plain_letters(left(question, 400)) as question_letters,
        plain_letters(left(answer, 600)) as head_letters,
        case when length(answer) > 320 then plain_letters(right(answer, 200)) end as end_letters,
        lower(answer) as answer_letters
    from said
),
unmarked as (
    select
        * replace (
            no_marks(whole_letters) as whole_letters,
            no_marks(question_letters) as question_letters,
            no_marks(head_letters) as head_letters,
            no_marks(end_letters) as end_letters
        )
    from lettered
),
plain as (
    select
        * replace (
            trim(single_blanks(whole_letters), ' ' || chr(10)) as whole_letters,
            trim(single_blanks(question_letters), ' ' || chr(10)) as question_letters,
            trim(single_blanks(head_letters), ' ' || chr(10)) as head_letters,
            trim(single_blanks(end_letters), ' ' || chr(10)) as end_letters,
            single_blanks(answer_letters) as answer_letters
        )
    from unmarked
)
select
    id, trace_id, parent_id, kind, name, route, model, status, start, finish_reason, output_format, output_tokens,
    cache_status, fallback, locale, has_output, in_json, own_value,
    coalesce(called_tool, false) as called_tool,
    answer,
    question,
    handed,
    raw_input is not null as has_input,
    hash(coalesce(in_one_line(whole_letters), trim(raw_input))) as input_key,
    hash(in_one_line(question_letters)) as question_key,
    hash(answer_letters) as answer_key,
    head_letters as answer_head,
    coalesce(end_letters, '') as answer_end,
    rtrim(right(answer, 200), ' ' || chr(10) || chr(13) || chr(9)) as answer_tail,
    answer_chars,
    question_letters as question_head,
    script_of(head_letters) as script,
    script_of(question_letters) as question_script
from plain;

update texts
set finish_reason = c.finish_reason
from (
    select trace_id, answer_key, arg_max(finish_reason, start) as finish_reason
    from texts
    where kind = 'llm' and finish_reason is not null and not called_tool and answer_chars > 0
    group by trace_id, answer_key
) as c
where texts.trace_id = c.trace_id and texts.answer_key = c.answer_key
    and texts.kind = 'request' and texts.finish_reason is null and texts.has_output;
