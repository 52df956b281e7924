/*
title: Answered in another language
kind: wrong_language
says: >
  The answer's language is another than the one asked for - in words (of the last user message, else of the instructions before
  it), else the question's own. Code, quotes and quoted lines, addresses, labels, names and JSON have no language; a question in
  two languages, or one that speaks of a language or of translation without saying which, may be answered in any of them.
needs: [input, output]
thresholds:
  - 0.9 - another script than the question's, or than the language it asks for
  - 0.8 - the same script, and by small words another language (Spanish, German, French, Portuguese, Italian, English) - four of
    its small words and three times as many as of the question's; fewer come in names. Two in the question, in the language of
    the user's locale, are the user's words around a pasted text
  - 0.7 - a short question in Latin letters, answered in another script
  - 0.35 - the same, in the language of the user's locale ("iPhone 16" from ko-KR) or, in a log without locales, in the one
    that the user mostly asks in (three questions at least); or a short question in Chinese signs that may be Japanese - a hint
  - 0.3 - the operation answers questions of that language so nine times in ten (50 seen, on most days) - it is made to
  - 20 Latin letters or 8 of Korean, Japanese, Chinese - shorter answers are labels and names
  - A tenth of its signs makes Korean a text in which English terms stand; with fewer, two particles or endings must tell it
notes: >
  What the instructions before the question ask for excuses an answer; that an answer disobeys them is not looked for.
  Romanised Korean looks Latin, and languages that are not named above are told by script alone.
*/
with pairs as (
    select
        t.id, t.trace_id, t.kind, coalesce(t.route, t.name, '') as operation, t.start, t.question_head,
        left(t.question, 1500) as question, left(t.answer, 1500) as answer
    from texts as t
    where t.kind in ('request', 'llm') and t.status = 'ok' and not t.called_tool and not t.in_json
        and t.output_format is distinct from 'json' and t.answer_chars >= 8 and length(t.question) >= 2
        and left(ltrim(t.question), 1) not in ('{', '[', '<')
),
hinted as (
    -- cheap looks first: the part of signs that are wide, and common English words
    select
        *,
        strlen(question) > length(question) * 1.05 as q_wide,
        strlen(answer) > length(answer) * 1.05 as a_wide,
        regexp_matches(question_head, $lex_names_language_latin) as named
    from pairs
),
suspects as (
    select *
    from hinted
    where named
        or q_wide or a_wide
        -- in Latin letters on both sides only small words tell: too few of another language (below) make it English
        or not (
            (contains(answer, ' the ') or contains(answer, ' you') or contains(answer, ' is ') or contains(answer, ' to '))
            and regexp_matches(question_head, $lex_word_en_latin)
        )
        and (
            len(regexp_extract_all(lower(answer), $lex_word_es_latin || '|' || $lex_word_de_latin || '|' || $lex_word_fr_latin
                || '|' || $lex_word_pt_latin || '|' || $lex_word_it_latin)) >= 4
            or len(regexp_extract_all(lower(question), $lex_word_es_latin || '|' || $lex_word_de_latin || '|' || $lex_word_fr_latin
                || '|' || $lex_word_pt_latin || '|' || $lex_word_it_latin)) >= 2
        )
),
same_script as (
    -- both mainly Korean (or Japanese, or Chinese): by far the most of them, and nothing to look at further
    select
        *,
        not named and q_wide and a_wide
        -- a quarter of the signs on both sides, at three bytes each
        and strlen(question) > length(question) * 1.5 and strlen(answer) > length(answer) * 1.5
        and script_of(question) = script_of(answer) and script_of(question) in ('ko', 'ja', 'zh') as is_same
    from suspects
),
bare as (
    select
        * replace (
            regexp_replace(regexp_replace(regexp_replace(
                answer,
                '```[\s\S]*?(?:```|$)|`[^`\n]*`|https?://\S+|\S+@\S+|[(（][^()（）]{0,40}[)）]', ' ', 'g'),
                '"[^"\n]{0,80}"|“[^”]{0,80}”|‘[^’]{2,80}’|「[^」]{0,80}」', ' ', 'g'),
                '(?m)^.*[{};=]\s*$|^\s{2,}\S.*$|^.*\w\(.*\).*$', ' ', 'g'
            ) as answer,
            -- what is quoted from a mail or a page was written by others; it counts where it is all there is
            regexp_replace(
                case
                    when regexp_matches(question, '(?m)^\s*[^>\s]') then regexp_replace(question, '(?m)^[ \t]*>.*$', '', 'g')
                    else question
                end,
                '```[\s\S]*?(?:```|$)|https?://\S+|\S+@\S+', ' ', 'g'
            ) as question
        )
    from same_script
    where not is_same
),
measured as (
    select
        *,
        length(regexp_replace(answer, '[^가-힣]+', '', 'g')) as a_ko,
        length(regexp_replace(answer, '[^ぁ-ゖァ-ヺー]+', '', 'g')) as a_kana,
        length(regexp_replace(answer, '[^一-龥]+', '', 'g')) as a_han,
        length(regexp_replace(answer, '[^a-zA-ZÀ-ÿ]+', '', 'g')) as a_latin,
        length(regexp_replace(
            answer, '[^\x{370}-\x{3FF}\x{400}-\x{4FF}\x{590}-\x{6FF}\x{900}-\x{97F}\x{E00}-\x{E7F}]+', '', 'g'
        )) as a_other,
        length(regexp_replace(question, '[^가-힣]+', '', 'g')) as q_ko,
        length(regexp_replace(question, '[^ぁ-ゖァ-ヺー]+', '', 'g')) as q_kana,
        length(regexp_replace(question, '[^一-龥]+', '', 'g')) as q_han,
        length(regexp_replace(question, '[^a-zA-ZÀ-ÿ]+', '', 'g')) as q_latin,
        length(regexp_replace(
            question, '[^\x{370}-\x{3FF}\x{400}-\x{4FF}\x{590}-\x{6FF}\x{900}-\x{97F}\x{E00}-\x{E7F}]+', '', 'g'
        )) as q_other,
        len(regexp_extract_all(
            answer, '[가-힣](?:은|는|이|가|을|를|의|에|로|와|과|도|에서|으로|니다|세요|어요|아요|해요)(?:[ .,!?~]|$)'
        )) as a_ko_words,
        len(regexp_extract_all(question, '[가-힣](?:은|는|이|가|을|를|의|에|로|와|과|도|에서|으로|니다|세요|어요|아요|해요|까요|나요|줘|지)(?:[ .,!?~]|$)')) as q_ko_words, -- noqa: LT05
        lower(answer) as a_small, lower(question) as q_small
    from bare
),
scripts as (
    select
        *,
        case
            when a_kana >= 3 and a_kana + a_han >= 8 and a_kana + a_han > a_ko then 'ja'
            when a_ko >= 8 and (a_ko >= 0.25 * (a_ko + a_latin) or (a_ko_words >= 2 and a_ko >= 0.1 * (a_ko + a_latin))) then 'ko'
            when a_han >= 8 and a_kana = 0 and a_han > a_ko and a_han >= 0.25 * (a_han + a_latin) then 'zh'
            when a_other >= 12 and a_other > a_latin and a_other > a_ko then 'other'
            when a_latin >= 20 and a_latin > 5 * (a_ko + a_kana + a_han + a_other)
                and regexp_matches(answer, '\S+\s+\S+\s+\S+') then 'latin'
        end as a_script,
        case
            when q_kana >= 1 and q_kana + q_han >= 4 and q_kana + q_han > q_ko then 'ja'
            when q_ko >= 2 and (q_ko_words >= 1 or q_ko > q_latin or not regexp_matches(q_small, $lex_sentence_en_latin)) then 'ko'
            when q_han >= 4 and q_han > q_ko and q_han >= 0.25 * (q_han + q_latin) then 'zh'
            when q_other >= 6 and q_other > q_latin then 'other'
            when q_latin >= 4 and q_latin > q_ko + q_kana + q_han then 'latin'
        end as q_script
    from measured
),
latin as (
    -- languages of Latin script by their small words, only where both sides may be one
    select
        *,
        case when a_script = 'latin' then [
            len(regexp_extract_all(a_small, $lex_word_en_latin)), len(regexp_extract_all(a_small, $lex_word_es_latin)),
            len(regexp_extract_all(a_small, $lex_word_de_latin)), len(regexp_extract_all(a_small, $lex_word_fr_latin)),
            len(regexp_extract_all(a_small, $lex_word_pt_latin)), len(regexp_extract_all(a_small, $lex_word_it_latin))] end as a_words,
        case when q_script = 'latin' then [
            len(regexp_extract_all(q_small, $lex_word_en_latin)), len(regexp_extract_all(q_small, $lex_word_es_latin)),
            len(regexp_extract_all(q_small, $lex_word_de_latin)), len(regexp_extract_all(q_small, $lex_word_fr_latin)),
            len(regexp_extract_all(q_small, $lex_word_pt_latin)), len(regexp_extract_all(q_small, $lex_word_it_latin))] end as q_words
    from scripts
    where a_script is not null
),
spoken as (
    select
        *,
        case
            when a_script <> 'latin' then a_script
            when list_max(a_words) >= 4 then ['en', 'es', 'de', 'fr', 'pt', 'it'][list_position(a_words, list_max(a_words))]
            else 'latin'
        end as a_lang,
        case
            when q_script <> 'latin' then q_script
            when list_max(q_words) >= 2 then ['en', 'es', 'de', 'fr', 'pt', 'it'][list_position(q_words, list_max(q_words))]
            else 'latin'
        end as q_lang,
        named and regexp_matches(question_head, $lex_asks_ko_latin) as asks_ko,
        named and regexp_matches(question_head, $lex_asks_en_latin) as asks_en,
        named and regexp_matches(question_head, $lex_asks_ja_latin) as asks_ja,
        named and regexp_matches(question_head, $lex_asks_zh_latin) as asks_zh,
        named and regexp_matches(question_head, $lex_asks_es_latin) as asks_es,
        named and regexp_matches(question_head, $lex_asks_de_latin) as asks_de,
        named and regexp_matches(question_head, $lex_asks_fr_latin) as asks_fr
    from latin
),
wished as (
    select
        *,
        list_filter([
            case when asks_ko then 'ko' end, case when asks_en then 'en' end, case when asks_ja then 'ja' end,
            case when asks_zh then 'zh' end, case when asks_es then 'es' end, case when asks_de then 'de' end,
            case when asks_fr then 'fr' end
        ], lambda l: l is not null) as wished
    from spoken
),
placed as (
    -- the locale may stand on the request alone
    select w.*, r.locale, r."user"
    from wished as w
    left join span_request as m on w.trace_id = m.trace_id and w.id = m.id
    left join request_facts as r on m.trace_id = r.trace_id and m.request_id = r.id
),
tongues as (
    -- what a user of whom no locale is known asks in
    select "user", mode(script order by script) as tongue
    from (
        select r."user", script_of(t.question_head) as script
        from texts as t
        inner join request_facts as r on t.trace_id = r.trace_id and t.id = r.id
        where r."user" in (select p."user" from placed as p where p.locale is null and p.q_lang = 'latin' and p.a_script <> 'latin')
    )
    group by "user"
    having count(*) filter (where script not in ('latin', 'other')) >= 3
),
judged as (
    select
        * exclude (tongue),
        case
            when len(wished) > 0 then case
                when list_contains(wished, a_lang) then null
                when a_lang = 'latin' and len(list_filter(wished, lambda l: l in ('en', 'es', 'de', 'fr'))) > 0 then null
                else 0.9
            end
            when named or q_lang is null then null
            when a_lang = q_lang then null
            -- both languages stand in the question: either will do
            when (a_script = 'ko' and q_ko >= 10) or (a_script = 'ja' and q_kana >= 8) or (a_script = 'zh' and q_han >= 8 and q_kana = 0)
                or (
                    a_script = 'latin' and q_script <> 'latin' and q_latin >= 25
                    and regexp_matches(question, '[a-zA-Z'',]+ [a-zA-Z'',]+ [a-zA-Z'',]+ [a-zA-Z]+')
                ) then null
            when q_script = 'zh' and a_script = 'ja' and q_han < 12
                and not regexp_matches(question, '[请吗么这们您怎吧呢]') then 0.35
            when a_script = 'latin' and q_script = 'latin' then case
                when a_lang = 'latin' or q_lang = 'latin' then null
                -- the user's own words around a pasted text
                when left(locale, 2) = a_lang and q_words[list_position(['en', 'es', 'de', 'fr', 'pt', 'it'], a_lang)] >= 2 then null
                when list_max(a_words) >= 3 * a_words[list_position(['en', 'es', 'de', 'fr', 'pt', 'it'], q_lang)] then 0.8
            end
            when q_lang = 'latin' then case when coalesce(left(locale, 2), tongue) = a_lang or q_latin < 8 then 0.35 else 0.7 end
            when a_script = 'latin' and a_lang = 'latin' then 0.35
            else 0.9
        end as confidence
    from placed
    left join tongues using ("user")
),
found as (
    select * from judged where confidence is not null
),
told as (
    -- words of the instructions before the question, asked only of those that seem wrong
    select
        f.id, f.trace_id,
        bool_or(case f.a_lang
            -- the expressions stand alone: one that differs by row is compiled for every row
            when 'ko' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_ko_latin)
            when 'en' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_en_latin)
            when 'ja' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_ja_latin)
            when 'zh' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_zh_latin)
            when 'es' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_es_latin)
            when 'de' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_de_latin)
            when 'fr' then regexp_matches(lower(left(s.input, 20000)), $lex_asks_fr_latin)
            else false
        end) as is_told
    from found as f
    inner join spans as s on f.trace_id = s.trace_id
    where s.kind in ('request', 'llm') and left(ltrim(s.input), 1) in ('[', '{') and len(f.wished) = 0
    group by f.id, f.trace_id
),
daily as (
    select t.kind, coalesce(t.route, t.name, '') as operation, script_of(t.question_head) as q, t.start::date as "day", count(*) as n
    from texts as t
    semi join found as f on t.kind = f.kind and coalesce(t.route, t.name, '') = f.operation
    where t.status = 'ok' and t.answer_chars >= 8 and not t.called_tool and not t.in_json
    group by all
),
habits as (
    select d.kind, d.operation, d.q
    from daily as d
    left join (
        select kind, operation, script_of(question_head) as q, start::date as "day", count(*) as n from found group by all
    ) as w on d.kind = w.kind and d.operation = w.operation and d.q = w.q and d."day" = w."day"
    group by d.kind, d.operation, d.q
    having sum(coalesce(w.n, 0)) >= 50 and median(coalesce(w.n, 0) / d.n) >= 0.9
)
select
    f.id,
    f.trace_id,
    (case
        when coalesce(t.is_told, false) then 0.1
        when h.kind is not null and len(f.wished) = 0 then 0.3
        else f.confidence
    end)::double as confidence,
    case when len(f.wished) > 0 then 'asked for in ' || array_to_string(f.wished, ' or ') else 'asked in ' || f.q_lang end
        || ', answered in ' || f.a_lang as reason
from found as f
left join told as t on f.trace_id = t.trace_id and f.id = t.id
left join habits as h on f.kind = h.kind and f.operation = h.operation and script_of(f.question_head) = h.q
