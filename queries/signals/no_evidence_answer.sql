/*
title: Answered firmly without evidence
kind: no_evidence_answer
says: >
  The request retrieved nothing, or only what scores far under this log's usual floor, and the answer does not say so. An
  answer that says it found nothing, asks back, refuses, puts off, greets or reports an error is none. A request whose
  hits are not logged says nothing.
needs: [retrieval_hits, output]
thresholds:
  - 0.9 - no hits
  - 0.7 - hits, the best of them under the floor - the median of the operation's best scores less 3.5 of its robust standard
    deviations (the lower quartile's distance / 0.6745), and less than three quarters of the median. 3.5 leaves 2 in
    10,000 of a normal spread; at least 30 scores are needed to know it
  - 0.4 - the same, but hedged in its first 160 signs ("perhaps", "in general", a question back) - a hint; a caveat or a
    courtesy at the end leaves a claim firm
  - 20 characters - shorter answers (yes, a label, a greeting) are not claims that evidence could bear
*/
with scored as (
    select
        coalesce(route, feature, name, '') as operation,
        median(retrieval_top_score) as middle,
        quantile_cont(retrieval_top_score, 0.25) as lower_quarter
    from request_facts
    where retrieval_top_score is not null and retrieval_hits > 0
    group by operation
    having count(*) >= 30
),
floors as (
    select operation, least(middle - 3.5 * greatest(middle - lower_quarter, 0.01 * abs(middle)) / 0.6745, 0.75 * middle) as floor
    from scored
    where middle > 0
),
bare as (
    select
        r.id as request_id,
        r.trace_id,
        r.answer_id,
        r.retrieval_hits,
        r.retrieval_top_score,
        f.floor
    from request_facts as r
    left join floors as f on coalesce(r.route, r.feature, r.name, '') = f.operation
    where r.status = 'ok' and (r.retrieval_hits = 0 or r.retrieval_top_score < f.floor)
),
answered as (
    select b.*, t.id, t.question_head, t.answer_head, t.answer_chars
    from bare as b
    inner join texts as t on b.trace_id = t.trace_id and b.answer_id = t.id
    where t.answer_chars >= 20 and not t.called_tool
        and not regexp_matches(left(t.answer, 600), $lex_error_body_latin)
        and not (t.answer_chars < 400 and regexp_matches(left(t.answer, 600), $lex_error_words_latin))
        and not does(coalesce(t.question_head, ''), t.question_script,
            $lex_smalltalk_latin, $lex_smalltalk_ko, $lex_smalltalk_ja, $lex_smalltalk_zh)
        and not regexp_matches(t.answer_head, '^[^.!。\n]*[?？]$')
),
judged as (
    select a.*, coalesce(s.hedges, false) as hedges
    from answered as a
    left join acts as s on a.trace_id = s.trace_id and a.id = s.id
    where s.id is null
        or not (s.abstains_first or s.abstains_last or s.refuses_first or s.refuses_last or s.puts_off)
)
select
    id,
    trace_id,
    case when hedges then 0.4 when retrieval_hits = 0 then 0.9 else 0.7 end::double as confidence,
    case
        when retrieval_hits = 0 then 'answered with 0 hits'
        else 'answered with a best score of ' || round(retrieval_top_score, 3) || ' under the usual floor of ' || round(floor, 3)
    end as reason
from judged
