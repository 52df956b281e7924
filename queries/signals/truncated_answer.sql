/*
title: The answer stops short
kind: truncated_answer
says: >
  The finish reason says that the limit was reached; or the text itself stops where nothing stops - in an open code
  fence or JSON, after a function word, in the middle of a sentence where the same operation's answers end properly.
needs: [output]
thresholds:
  - 0.97 - finish reason length
  - 0.85 - no end, and as many output tokens as the operation's most - three answers and one in a hundred share that number,
    which free text does not do below a limit
  - 0.8 - an open fence, a list mark or heading with nothing after it
  - 0.75 - opens JSON and does not close it; or the last word is one that needs another (.65 against finish reason stop)
  - 0.6 - a last list item without an end where the one before it has one, without a finish reason - in 300 characters and more,
    or where 97 of 100 of the operation's answers end properly
  - 0.6 - a last line of eight words without an end, in a text that ends its other sentences, or where 97 of 100 of the
    operation's answers end properly (at least 20 seen); against finish reason stop only where 99 of 100 do (.55)
  - How an operation's answers end is the median of its days, without those that met the limit - a fault that cuts many does
    not make itself the habit, nor do the cuts that are known
  - 40 characters - labels, names and numbers are shorter, and have no end to miss
*/
with ends as (
    select
        id, trace_id, kind, coalesce(route, name, '') as operation, finish_reason, output_tokens, answer, answer_chars, in_json,
        answer_tail, start,
        regexp_extract(answer_tail, '[^\n]*$') as last_line,
        regexp_matches(answer_tail, $lex_ended_latin) as ended
    from texts
    where kind in ('request', 'llm') and status = 'ok' and not called_tool and answer_chars > 0
        and not regexp_matches(left(answer, 200), $lex_nothing_latin)
),
daily as (
    select
        kind, operation, count(*) as answers, max(output_tokens) as most_tokens,
        avg(ended::integer) filter (where finish_reason is distinct from 'length') as ending
    from ends
    where answer_chars >= 40 and not in_json
    group by kind, operation, start::date
),
habits as (
    select kind, operation, sum(answers) as answers, median(ending) as ending, max(most_tokens) as most_tokens
    from daily
    group by kind, operation
),
limits as (
    select e.kind, e.operation, count(*) as at_most
    from ends as e
    inner join habits as h on e.kind = h.kind and e.operation = h.operation and e.output_tokens = h.most_tokens
    group by e.kind, e.operation
),
open_ends as (
    select
        e.*,
        h.answers,
        h.ending,
        coalesce(e.output_tokens = h.most_tokens and l.at_most >= 3 and l.at_most >= 0.01 * h.answers, false) as pinned,
        contains(e.answer, '```') and (length(e.answer) - length(replace(e.answer, '```', ''))) % 6 = 3 as open_fence,
        regexp_matches(e.answer_tail, $lex_open_item_latin) as open_item,
        left(ltrim(e.answer), 1) in ('{', '[') and contains(left(e.answer, 60), '"')
            and not regexp_matches(e.answer_tail, '[}\])`.]$') as open_json,
        not e.ended and regexp_matches(e.last_line, $lex_cut_latin) as cut,
        -- a sentence, not a list item, a table row, a heading or code
        (regexp_matches(e.last_line, '^(?:[^\s=;{}<>|]+ +){7}') or regexp_matches(e.last_line, '^[^=;{}<>|]*[가-힣ぁ-ヺ一-龥][^=;{}<>|]{25}'))
        and not e.ended as open_sentence,
        regexp_matches(e.answer, '(?:[.!?][)"'']?\s|[。！？])[\s\S]*(?:[.!?][)"'']?\s|[。！？])') as uses_marks,
        -- the item before it ends with a mark, and this one does not
        not e.ended and regexp_matches(e.answer_tail, '[.!?。！？][)"'']?\s*\n+\s*(?:[-*•+]|\d{1,2}[.)]) [^\n]{3,}$') as open_last_item
    from ends as e
    left join habits as h on e.kind = h.kind and e.operation = h.operation
    left join limits as l on e.kind = l.kind and e.operation = l.operation
    where (not e.ended or e.finish_reason = 'length' or contains(e.answer, '```') or regexp_matches(e.answer_tail, $lex_open_item_latin))
        and (not e.in_json or e.finish_reason = 'length')
),
judged as (
    select
        id, trace_id,
        case
            when finish_reason = 'length' then 0.97
            when answer_chars < 40 then null
            when not ended and pinned then 0.85
            when open_fence or (open_item and answer_chars > 80) then 0.8
            when open_json then 0.75
            when cut then case when finish_reason = 'stop' then 0.65 else 0.75 end
            when open_sentence and finish_reason = 'stop' then case when answers >= 20 and ending >= 0.99 then 0.55 end
            when open_last_item and coalesce(finish_reason, '') <> 'stop'
                and (answer_chars > 300 or (answers >= 20 and ending >= 0.97)) then 0.6
            when open_sentence and (uses_marks or (answers >= 20 and ending >= 0.97)) then 0.6
        end as confidence,
        case
            when finish_reason = 'length' then 'finish reason length'
            when not ended and pinned then 'no end, at ' || output_tokens || ' output tokens like others'
            when open_fence then 'a code fence stays open'
            when open_item then 'a list mark or heading with nothing after it'
            when open_json then 'JSON stays open'
            when cut then 'stops after ' || right(last_line, 12)
            when open_sentence then 'the last sentence has no end'
            else 'the last item has no end, the one before it has'
        end as reason
    from open_ends
)
select id, trace_id, confidence::double as confidence, reason
from judged
where confidence is not null
