/*
title: features
summary: what a request brings in - language, length, form, client, place - one row per request
step: 6
needs: [texts]
why: >
  Languages of Latin letters are told apart by their small words, where a question of 20 signs or more has none of English:
  two of another language, else marks over its letters (Vietnamese, Turkish, Polish). Read from the last user message, as language and topic are. Lengths are in characters; which length is long is for the
  operation's own past to say. Signs of form are looked for in the first 4,000 characters.
*/
create or replace table features as
with foreign_words as (
    select
        id, trace_id, strlen(question_head) > 1.02 * length(question_head) as has_marks, [
            len(regexp_extract_all(question_head, $lex_word_es_latin)), len(regexp_extract_all(question_head, $lex_word_de_latin)),
            len(regexp_extract_all(question_head, $lex_word_fr_latin)), len(regexp_extract_all(question_head, $lex_word_pt_latin)),
            len(regexp_extract_all(question_head, $lex_word_it_latin))] as words
    from texts
    where kind in ('request', 'llm') and length(question_head) >= 20 and question_script = 'latin'
        and not regexp_matches(question_head, $lex_word_en_latin)
),
languages as (
    select
        id, trace_id, case
            when list_max(words) >= 2 then ['es', 'de', 'fr', 'pt', 'it'][list_position(words, list_max(words))]
            when has_marks then 'marks'
        end as language
    from foreign_words
)
select
    r.id, r.trace_id, r.start as "at", r.session, r."user",
    r.client, r.locale, r.region,
    coalesce(r.route, r.feature, r.name, '') as operation,
    coalesce(l.language, case when length(q.question) > 0 then script_of(left(q.question, 600)) end) as script,
    length(q.question) as chars,
    case when length(q.question) > 0 then contains(q.question, '```') end as code,
    case when length(q.question) > 0 then regexp_matches(left(q.question, 4000), '[{\[]\s*["{\[]') end as json,
    case when length(q.question) > 0 then contains(q.question, '://') end as link,
    case when length(q.question) > 0
        then length(left(q.question, 4000)) - length(replace(left(q.question, 4000), chr(10), '')) >= 4 end as lines,
    case when length(q.question) > 0 and strlen(q.question) > length(q.question)
        then regexp_matches(left(q.question, 600), '[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}]')
        when length(q.question) > 0 then false end as emoji,
    case when length(q.question) >= 20
        then length(regexp_replace(left(q.question, 600), '\D', '', 'g')) > 0.3 * least(length(q.question), 600) end as digits
from request_facts as r
left join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
left join languages as l on r.trace_id = l.trace_id and r.question_id = l.id;
