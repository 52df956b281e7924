/*
title: A canned or fallback answer
kind: fallback_answer
says: >
  The span or its request fell back; or the answer says that it cannot help now; or it is a text that this log gives to
  many different questions. One answer to one question asked in many ways (an FAQ), greetings, labels and JSON are none; what a
  cache gives again says nothing about how many questions a text is for.
needs: [output]
thresholds:
  - 0.9 - fallback is set
  - 0.85 - a canned text - at least 8 different questions that share no topic (no word of a third of them that is not as common
    in the whole log) got it letter for letter; that is more than the FAQ of one topic brings
  - 0.3 - the same, in a log where more than five such texts, or more than two of one script, make more than half of all answers
    (of that script) - it answers from a stock, and a repeated text says nothing; a fallback has a text or two a language
  - 0.8 - says that it cannot help now
  - 25 characters and 4 words (10 characters in Korean, Japanese, Chinese) - shorter answers are labels, and recur rightly
*/
with fallen as (
    select answer_id as id, trace_id, fallback from request_facts where fallback is not null
    union
    select id, trace_id, fallback from texts where fallback is not null and fallback <> 'false' and kind in ('request', 'llm')
),
stored as (
    select distinct trace_id, answer_id as id from request_facts where cache_status = 'hit'
),
sentences as (
    select id, trace_id, script, answer_key, question_key, question_head, question_script, stored.id is not null as is_stored
    from texts
    left join stored using (trace_id, id)
    where kind in ('request', 'llm') and status = 'ok' and not in_json and not called_tool and question_key is not null
        and output_format is distinct from 'json'
        and case when script in ('ko', 'ja', 'zh') then answer_chars >= 10 else answer_chars >= 25 and contains(answer_head, ' ') end
        and length(question_head) >= 6
),
repeated as (
    -- a stored answer is given again by design; to whom, is the cache's affair
    select answer_key
    from sentences
    where not is_stored
    group by answer_key
    having count(distinct question_key) >= 8
),
asked as (
    select distinct s.answer_key, s.question_key, s.question_head, s.question_script
    from sentences as s
    semi join repeated as r on s.answer_key = r.answer_key
    where not s.is_stored and not does(s.question_head, s.question_script,
        $lex_smalltalk_latin, $lex_smalltalk_ko, $lex_smalltalk_ja, $lex_smalltalk_zh)
),
words as (
    -- a word's first four letters stand for it, or two Korean syllables: endings and particles differ
    select distinct answer_key, question_key, regexp_extract(unnest(string_split_regex(question_head, '[^\w가-힣一-龥ぁ-ヺ]+')),
        '^(?:[가-힣]{2}|[a-z0-9à-ÿ]{3,4}|[一-龥ぁ-ヺ]{2})') as word
    from asked
),
sizes as (
    select answer_key, count(*) as questions from asked group by answer_key
),
heads as (
    -- of a large log a part that any run draws alike: a share of twenty thousand is known to half a hundredth
    select answer_key, arg_min(question_head, question_key) as question_head
    from sentences
    where answer_key % (select greatest(1, approx_count_distinct(answer_key) // 20000) from sentences) = 0
    group by answer_key
),
usual as (
    -- how common a word is among one question of every other answer: one each, so that no topic counts twice
    select word, count(*)::double / (select count(*) from heads) as share
    from (
        select distinct answer_key, regexp_extract(unnest(string_split_regex(question_head, '[^\w가-힣一-龥ぁ-ヺ]+')),
            '^(?:[가-힣]{2}|[a-z0-9à-ÿ]{3,4}|[一-龥ぁ-ヺ]{2})') as word
        from heads
    )
    group by word
),
topics as (
    select w.answer_key, max(count(*)::double / z.questions - 2 * coalesce(u.share, 0)) over (partition by w.answer_key) as topical
    from words as w
    inner join sizes as z on w.answer_key = z.answer_key
    left join usual as u on w.word = u.word
    where w.word <> ''
    group by w.answer_key, w.word, z.questions, u.share
),
canned as (
    select z.answer_key, z.questions
    from sizes as z
    left join (select distinct answer_key, topical from topics) as t on z.answer_key = t.answer_key
    where z.questions >= 8 and coalesce(t.topical, 0) < 0.33
),
counted as (
    select
        s.script,
        grouping(s.script) = 1 as over_all,
        count(distinct c.answer_key) as stock,
        count(c.answer_key) > 0.5 * count(*) as most
    from sentences as s
    left join canned as c on s.answer_key = c.answer_key
    group by grouping sets ((s.script), ())
),
habit as (
    select
        coalesce(script, '') as script,
        most and stock > 2 or exists (select 1 from counted where over_all and most and stock > 5) as reuses
    from counted
    where not over_all
),
declining as (
    -- a refusal that is always worded alike is a refusal
    select id, trace_id from acts where refuses_first and not puts_off
),
put_off as (
    select a.id, a.trace_id
    from acts as a
    where a.puts_off and not a.complies and a.answer_chars < 500
),
judged as (
    select id, trace_id, 0.9 as confidence, 'fell back' || case when fallback <> 'true' then ' from ' || fallback else '' end as reason
    from fallen
    union all
    select s.id, s.trace_id, case when h.reuses then 0.3 else 0.85 end, 'the same text for ' || c.questions || ' different questions'
    from sentences as s
    inner join canned as c on s.answer_key = c.answer_key
    inner join habit as h on coalesce(s.script, '') = h.script
    anti join declining as d on s.trace_id = d.trace_id and s.id = d.id
    union all
    select id, trace_id, 0.8, 'says that it cannot help now' from put_off
)
select id, trace_id, max(confidence)::double as confidence, arg_max(reason, (confidence, reason)) as reason
from judged
group by id, trace_id
