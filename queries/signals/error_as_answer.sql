/*
title: An error served as an answer
kind: error_as_answer
says: >
  The answer of a span with status ok is an error text, a stack trace, a gateway's page or the body of an error. An answer
  that explains an error to somebody who asked about one is none.
needs: [output]
thresholds:
  - 0.95 - the whole answer is what a machine writes for an error
  - 0.9 - frames of a stack stand in it, and the question is not about errors or code
  - 0.85 - a short answer (under 400 characters, two or three sentences) tells of an error
  - 0.6 - the body of an error, though the question is about errors or code - but it asks for no example, and nothing is explained
  - 0.3 - a question about errors or code, and an answer that speaks of one - a hint
*/
with spoken as (
    select id, trace_id, question_head, question_script, answer_chars, left(answer, 600) as head
    from texts
    where kind in ('request', 'llm') and status = 'ok' and answer_chars between 2 and 20000
),
seen as (
    select
        *,
        regexp_matches(head, $lex_error_body_latin) as is_body,
        regexp_matches(head, $lex_error_trace_latin) as has_trace,
        answer_chars < 400 and regexp_matches(head, $lex_error_words_latin) as tells
    from spoken
),
judged as (
    select
        *,
        does(coalesce(question_head, ''), question_script,
            $lex_about_errors_latin, $lex_about_errors_ko, $lex_about_errors_ja, $lex_about_errors_zh)
        or regexp_matches(coalesce(question_head, ''), $lex_error_words_latin) as asked_about_errors,
        regexp_matches(coalesce(question_head, ''), $lex_wants_example_latin) as wants_example
    from seen
    where is_body or has_trace or tells
)
select
    id,
    trace_id,
    case
        when is_body and asked_about_errors then case when wants_example or answer_chars > 400 then 0.3 else 0.6 end
        when is_body then 0.95
        when asked_about_errors then 0.3
        when has_trace then 0.9
        else 0.85
    end::double as confidence,
    case when is_body then 'the body of an error: ' when has_trace then 'frames of a stack: ' else 'tells of an error: ' end
        || regexp_replace(left(trim(head), 40), '\s+', ' ', 'g') as reason
from judged
