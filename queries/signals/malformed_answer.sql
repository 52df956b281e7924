/*
title: JSON was asked for and does not parse
kind: malformed_answer
says: >
  Structured output was asked for, and the answer does not parse as it stands. A fence or prose around it counts, and the
  reason says that it could be recovered. An empty answer is empty, a call of a tool is no answer, and any JSON value is JSON.
needs: [output]
thresholds:
  - 0.97 - the caller asked for JSON (output_format, of this span or of its request whose very answer it gives)
  - 0.75 - the last user message asks for JSON and nothing else
  - 0.7 - nothing says what was asked for, and on most days 95 of 100 answers of the operation are JSON (at least 20 seen) -
    a model that writes prose does not begin with a bracket that often
  - Stricter than the engine's own parser, which lets a comma before a closing bracket, NaN and Infinity pass - RFC 8259 does not
*/
with formats as (
    -- the caller's wish holds for the span whose answer the request gives, and for the request if only that span has it
    select t.trace_id, t.id, any_value(o.output_format) as output_format
    from texts as t
    inner join texts as o on t.trace_id = o.trace_id and t.id <> o.id and t.answer_key = o.answer_key
    where t.output_format is null and o.output_format = 'json' and (t.parent_id = o.id or o.parent_id = t.id)
    group by t.trace_id, t.id
),
answers as (
    select
        t.id, t.trace_id, t.kind, coalesce(t.route, t.name, '') as operation, t.start, t.finish_reason, t.answer, t.answer_tail,
        t.own_value, t.question_head,
        coalesce(t.output_format, f.output_format) as output_format,
        left(ltrim(t.answer), 1) in ('{', '[') and json_valid(t.answer) as is_json
    from texts as t
    left join formats as f on t.trace_id = f.trace_id and t.id = f.id
    where t.kind in ('request', 'llm') and t.status = 'ok' and not t.called_tool and t.answer_chars > 0
        and not (t.answer_chars < 200 and regexp_matches(t.answer, $lex_nothing_latin))
),
daily as (
    select kind, operation, count(*) as n, avg(is_json::integer) as share
    from answers
    where output_format is null
    group by kind, operation, start::date
),
habits as (
    select kind, operation from daily group by kind, operation having sum(n) >= 20 and median(share) >= 0.95
),
wanted as (
    select
        a.*,
        case
            when a.output_format = 'json' then 0.97
            when a.output_format is null and regexp_matches(coalesce(a.question_head, ''), $lex_wants_json_latin) then 0.75
            when a.output_format is null and h.kind is not null then 0.7
        end as confidence
    from answers as a
    left join habits as h on a.kind = h.kind and a.operation = h.operation
),
failing as (
    -- an object or list of the application's own is JSON, whatever is taken for its text
    select *, trim(answer, ' ' || chr(9) || chr(10) || chr(13)) as body
    from wanted
    where confidence is not null
        and not (
            json_valid(answer) and not regexp_matches(answer, ',\s*[}\]]|NaN|Infinity|^\s*-?(?i:nan|inf)')
        )
        and not (own_value and not is_json and not contains(answer, '{') and not contains(answer, '['))
),
strict as (
    select *, regexp_replace(body, '"(?:[^"\\]|\\.)*"', '""', 'g') as bare
    from failing
),
said as (
    -- a quoted string is a JSON value too; texts has it without its quotes
    select f.*
    from strict as f
    inner join spans as s on f.trace_id = s.trace_id and f.id = s.id
    where not (left(ltrim(s.output), 1) = '"' and json_valid(s.output))
),
parts as (
    select
        *,
        json_valid(body) as lax,
        regexp_extract(body, '```[a-zA-Z]*\s*([\s\S]*?)\s*```', 1) as fenced,
        regexp_extract(body, '^[^{\[]*([{\[][\s\S]*[}\]])[^}\]]*$', 1) as inner_part
    from said
    where not json_valid(body) or regexp_matches(bare, ',\s*[}\]]|\bNaN\b|\bInfinity\b|^-?(?i:nan|inf)')
)
select
    id,
    trace_id,
    confidence::double as confidence,
    case
        when lax and regexp_matches(bare, ',\s*[}\]]') then 'a comma before a closing bracket; it could be recovered'
        when lax then 'a number that JSON does not have; it could be recovered'
        when fenced <> '' and json_valid(fenced) then 'JSON in a code fence; it could be recovered'
        when inner_part <> '' and inner_part <> body and json_valid(inner_part) then 'text around the JSON; it could be recovered'
        when finish_reason = 'length' then 'cut at the limit of tokens'
        when left(body, 1) not in ('{', '[', '`') and inner_part = '' then 'no JSON in it'
        when regexp_matches(body, '[}\]]\s*,?\s*[{\[]') and regexp_matches(body, '^\s*[{\[][\s\S]*[}\]]\s*$')
            and json_valid('[' || regexp_replace(body, '\}\s*,?\s*\{', '},{', 'g') || ']')
            then 'several values in place of one; they could be recovered'
        when not regexp_matches(bare, '[}\]`]\s*$') then 'JSON that stops before its end'
        when regexp_matches(bare, '[{,]\s*''|\b(?:True|False|None)\b') then 'a Python literal; it could be recovered'
        when regexp_matches(bare, '[{,]\s*[A-Za-z_]\w*\s*:') then 'keys without quotes; it could be recovered'
        when regexp_matches(bare, '//|/\*') then 'comments in the JSON; it could be recovered'
        else 'not JSON'
    end as reason
from parts
