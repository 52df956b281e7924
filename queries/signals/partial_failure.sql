/*
title: A part failed under status ok
kind: partial_failure
says: >
  A tool, retrieval or other call below a request says ok, and what it gave back is an error text - the body of an error,
  frames of a stack, or a short sentence that tells of one.
needs: [output]
thresholds:
  - 0.95 - the whole result is what a machine writes for an error
  - 0.9 - frames of a stack stand in it
  - 0.7 - a short result (under 400 characters) tells of an error; documents and logs that are read may tell of errors, so
    longer ones say nothing
*/
with results as (
    select id, trace_id, kind, answer_chars, left(answer, 600) as head
    from texts
    where kind in ('tool', 'retrieval', 'embedding', 'http', 'other') and status = 'ok' and parent_id is not null
        and answer_chars between 2 and 20000
),
seen as (
    select
        *,
        regexp_matches(head, $lex_error_body_latin) as is_body,
        regexp_matches(head, $lex_error_trace_latin) as has_trace,
        answer_chars < 400 and regexp_matches(head, $lex_error_words_latin) as tells
    from results
)
select
    id,
    trace_id,
    case when is_body then 0.95 when has_trace then 0.9 else 0.7 end::double as confidence,
    kind || ' gave back an error: ' || regexp_replace(left(trim(head), 40), '\s+', ' ', 'g') as reason
from seen
where is_body or has_trace or tells
