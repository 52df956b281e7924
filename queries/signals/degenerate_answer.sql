/*
title: Loops, repeats or noise
kind: degenerate_answer
says: >
  The answer goes round in a loop, gives the same sentences again and again, says all of itself twice, or is no language at
  all (letters at random, broken encoding, scripts mixed within a sentence). Code, tables, separators, forms and JSON repeat
  rightly and are left out; a song, a poem or what was asked for many times may repeat.
needs: [output]
thresholds:
  - 0.9 - a block of 20 characters or more four times in a row, over half of the text or 300 characters
  - 0.85 - a block of any length six times in a row over 120 characters, or a short one eight times over a third of the text (a
    laugh or "no, no, no" is shorter); broken encoding (three signs and one in a hundred); a tokenizer's own signs for blanks (three)
  - 0.8 - one digit or mark eighty times over, and a third of the text
  - 0.75 - three times over six tenths; eight sentences of which a third are different - a list with one template has other
    words in each line; letters without vowels in three of ten words (in English one in a hundred)
  - 0.75 - letters at random - under 30 vowels and 7 or more of j, q, x, z in a hundred letters of eight words and more (at random
    19 and 15; of English, German, French and Spanish 36 and more, 2.5 and fewer; one of both alone is Polish or Pinyin)
  - 0.75 - letters, digits, marks and scripts take turns three times within six of ten words, of twelve and more - where a text has
    braces, calls or equals signs it is code or a formula, and nothing is said
  - 0.7 - the whole text twice (80 characters and more); punctuation of eight kinds as most of the text; four scripts in a
    text that is not about languages
  - 0.4 - the same where a song, a poem or a repetition was asked for - a hint
  - A loop is looked for backwards from the end, from three quarters and from the middle. The engine's expressions cannot refer
    back, so the period is read off the distance of the last twelve signs to where they stood before, and then checked
notes: >
  Random real words, and random Korean syllables, look like language to it. Where a text repeats with other words each time,
  it says nothing.
*/
with spoken as (
    select
        id, trace_id, question_head, answer, answer_chars as n, strlen(answer) > answer_chars as is_wide,
        (answer_chars // 2)::integer as half,
        rtrim(answer, ' ' || chr(10) || chr(13) || chr(9)) as body
    from texts
    where kind in ('request', 'llm') and status = 'ok' and not called_tool and not in_json
        and output_format is distinct from 'json' and answer_chars between 40 and 200000
),
suspects as (
    select
        id, trace_id, question_head, answer, is_wide
    from spoken
    where
        -- twelve signs that stand three times: at the end, at three quarters, in the middle; or the beginning again in the middle
        (n >= 60 and (
            n - length(replace(answer, right(body, 12), '')) >= 36
            or n - length(replace(answer, substr(answer, half, 12), '')) >= 36
            or n - length(replace(answer, substr(answer, half + half // 2, 12), '')) >= 36
        ))
        or (n >= 80 and contains(substr(answer, half - 10, 60), left(answer, 24)))
        or (is_wide and regexp_matches(
            left(answer, 4000),
            '[ĠĊ▁][\s\S]*[ĠĊ▁][\s\S]*[ĠĊ▁]|�[\s\S]*�[\s\S]*�|[ÃÂìíêëãåæç][\x{80}-\x{9F}\x{A1}-\x{AA}\x{AC}-\x{AF}\x{B1}-\x{B6}\x{B8}-\x{BF}œŒšŠžŽŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|[ㄱ-ㅎㅏ-ㅣ]{4}|[а-яα-ω\x{600}-\x{6FF}\x{900}-\x{97F}\x{E00}-\x{E7F}\x{590}-\x{5FF}]{2}' -- noqa: LT05
        ))
        or regexp_matches(left(answer, 600), '[b-df-hj-np-tv-xz]{5}|[!-/:-@\[-`{-~]{12}')
        or regexp_matches(left(answer, 600), '(?i)(?:\S*(?:[a-z][\d가-힣]|[\d가-힣][a-z]|[#%&@$*^~|+!?<>][a-z\d가-힣])\S*\s+){4}')
),
bare as (
    -- without code, tables, separators and the numbers of lists
    select
        *,
        trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            answer, '```[\s\S]*?(?:```|$)', '', 'g'), '(?m)^\s*\|.*$', '', 'g'), '[-=_.·*~─━]{4,}', '', 'g'),
        '(?m)^\s*\d{1,3}[.)]\s+', '- ', 'g'), ' ' || chr(10) || chr(13) || chr(9)) as prose
    from suspects
),
cuts as (
    select id, trace_id, unnest([
        right(prose, 1200),
        right(left(prose, (length(prose) * 3 // 4)::integer), 1200),
        right(left(prose, (length(prose) // 2)::integer), 1200)
    ]) as part, length(prose) as prose_chars
    from bare
    where length(prose) >= 40
),
periods as (
    select *, strpos(substr(reverse(part), 2), left(reverse(part), 12)) as period
    from cuts
),
loops as (
    select
        id, trace_id, period, prose_chars,
        right(part, period::integer) as block,
        list_max(list_filter(
            range(1, least(200, length(part) // period) + 1),
            lambda k: right(part, ((k - 1) * period)::integer) = left(right(part, (k * period)::integer), ((k - 1) * period)::integer)
        )) as times
    from periods
    where period between 1 and 500
),
looping as (
    select
        id, trace_id,
        max(case
            when not regexp_matches(block, '[^\d\s!-/:-@\[-`{-~]')
                then case
                    when times >= 30 and contains(block, '!') then 0.85
                    -- a number may be long, but not a quarter of what is said
                    when times * period >= 80 and regexp_matches(block, '[\d!-/:-@]') and times * period >= 0.3 * prose_chars then 0.8
                    else 0.3
                end
            when period >= 20 and times >= 4 and times * period >= least(0.5 * prose_chars, 300) and times * period >= 90 then 0.9
            when times >= 6 and times * period >= 120 then 0.85
            when period < 20 and times >= 8 and times * period >= greatest(40, 0.3 * prose_chars) then 0.85
            when period < 20 and times >= 20 and times * period >= 0.3 * prose_chars then 0.85
            when times >= 3 and times * period >= 0.6 * prose_chars and times * period >= 80 then 0.75
        end) as confidence,
        max(times) as times
    from loops
    group by id, trace_id
),
counted as (
    select
        *,
        length(prose) as n,
        list_filter(
            string_split_regex(prose, '[.!?。！？\n]+\s*'),
            lambda s: length(s) >= case when strlen(s) > length(s) then 7 else 12 end
        ) as sentences,
        regexp_extract_all(prose, '\b[a-z]{4,}\b') as words,
        array_to_string(words, '') as letters,
        length(answer) - length(replace(answer, '�', '')) as broken,
        len(regexp_extract_all(left(answer, 4000), '[ÃÂìíêëãåæç][\x{80}-\x{9F}\x{A1}-\x{AA}\x{AC}-\x{AF}\x{B1}-\x{B6}\x{B8}-\x{BF}œŒšŠžŽŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]')) as misread, -- noqa: LT05
        -- signs that tokenizers put in the place of blanks and line breaks
        len(regexp_extract_all(left(answer, 4000), '[ĠĊ▁][^\sĠĊ▁]|<unk>')) as tokens,
        length(regexp_replace(left(prose, 2000), '[^ㄱ-ㄸㅁ-ㅊㅌㅍㅏ-ㅛㅣ]+', '', 'g')) as jamo,
        regexp_extract_all(left(prose, 2000), '[!-/:-@\[-`{-~]') as marks,
        -- words as runs of one sort of sign - letters, digits, Korean, odd marks; addresses and hashes have many runs rightly
        list_transform(
            list_filter(string_split_regex(lower(left(prose, 2000)), '\s+'), lambda w: w <> '' and not regexp_matches(w, '://|^[\da-f]+$')),
            lambda w: len(regexp_extract_all(
                regexp_replace(w, '[-.,:;/_''"()]', '', 'g'), '[a-z]+|\d+|[가-힣ㄱ-ㅣ]+|[#%&@$*^~|+!?<>]+'
            ))
        ) as runs
    from bare
),
noisy as (
    select
        id, trace_id, question_head,
        case
            when broken >= 3 and broken >= 0.01 * length(answer) then [0.85, 1]
            when misread >= 3 then [0.85, 1]
            when tokens >= 3 and not regexp_matches(coalesce(question_head, ''), 'token|토큰') then [0.85, 1]
            when n >= 80 and (
                left(prose, (n // 2)::integer) = right(prose, (n // 2)::integer)
                or left(prose, ((n - 1) // 2)::integer) = right(prose, ((n - 1) // 2)::integer)
                or left(prose, ((n - 2) // 2)::integer) = right(prose, ((n - 2) // 2)::integer)
            ) then [0.7, 2]
            when len(sentences) >= 8 and len(list_distinct(sentences)) <= 0.34 * len(sentences) then [0.75, 3]
            when jamo >= 12 and jamo >= 0.4 * least(n, 2000) then [0.75, 4]
            when len(words) >= 8 and len(list_filter(words, lambda w: not regexp_matches(w, '[aeiouy]'))) > 0.3 * len(words) then [0.75, 4]
            when len(words) >= 8 and len(list_filter(words, lambda w: regexp_matches(w, '[b-df-hj-np-tv-xz]{5}'))) > 0.5 * len(words)
                then [0.75, 4]
            when len(words) >= 8
                and length(regexp_replace(letters, '[^aeiou]+', '', 'g')) < 0.3 * length(letters)
                and length(regexp_replace(letters, '[^jqxz]+', '', 'g')) >= 0.07 * length(letters)
                then [0.75, 4]
            when len(runs) >= 12 and len(list_filter(runs, lambda r: r >= 3)) > 0.6 * len(runs)
                and not regexp_matches(prose, '[{}=]|\w\(') then [0.75, 4]
            when n >= 40 and len(marks) > 0.6 * least(n, 2000) and len(list_distinct(marks)) >= 8 then [0.7, 4]
            when is_wide and len(list_filter(
                [
                    '[а-я]{2}', '[α-ω]{2}', '[\x{600}-\x{6FF}]{2}', '[\x{900}-\x{97F}]{2}', '[\x{E00}-\x{E7F}]{2}', '[\x{590}-\x{5FF}]{2}',
                    '[ぁ-ゖァ-ヺ]', '[가-힣]{2}', '[a-zA-Z]{2}'
                ],
                lambda script: regexp_matches(left(prose, 2000), script)
            )) >= 4
                and not regexp_matches(coalesce(question_head, ''), $lex_wants_languages_latin) then [0.7, 5]
        end as verdict
    from counted
),
judged as (
    select
        b.id, b.trace_id,
        regexp_matches(coalesce(b.question_head, ''), $lex_wants_repeats_latin) as was_asked,
        coalesce(l.confidence, 0) as loop_confidence, l.times, n.verdict
    from bare as b
    inner join noisy as n on b.trace_id = n.trace_id and b.id = n.id
    left join looping as l on b.trace_id = l.trace_id and b.id = l.id
)
select
    id,
    trace_id,
    case when was_asked then least(0.4, greatest(loop_confidence, coalesce(verdict[1], 0)))
        else greatest(loop_confidence, coalesce(verdict[1], 0)) end::double as confidence,
    case when loop_confidence >= coalesce(verdict[1], 0) then 'a block repeats ' || times || ' times in a row' else [
        'broken encoding', 'says all of itself twice', 'the same sentences again and again', 'letters or signs at random',
        'scripts mixed within a sentence'
    ][verdict[2]::integer] end as reason
from judged
where loop_confidence > 0 or verdict is not null
