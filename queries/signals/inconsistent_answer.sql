/*
title: The same question, another fact
kind: inconsistent_answer
says: >
  An answer that contradicts as many answers to the same question, or more. Answers are compared by their facts on a
  shared slot - numbers with the same unit, money, dates, times of day, yes or no, is or is not - not by their words. One
  set of values contradicts another when neither holds the other - a further detail is none.
needs: [input, output]
thresholds:
  .85: contradicts a fact that two answers or more agree on
  .7: contradicts one other answer
  .6: says no where others say yes, or states what others deny
  .55: shares some values with what it contradicts
  .4: hints - no index version gave both, and a new index may change answers rightly; or the question is answered in many
    ways at a temperature over .5, where no two in five agree; or only numbers without a unit in the same words differ,
    and they never repeat (ticket numbers)
  30 days: dates as near as this to their own request move with it, and with whom it is for
*/
with answers as (
    -- each distinct answer of a question once, written without list marks, addresses, codes and the commas in numbers
    select
        question, answer_key,
        count(*) as given,
        min(start) as first_given,
        max(start) as last_given,
        list_distinct(list(index_version)) as index_versions,
        any_value(temperature) as temperature,
        regexp_replace(regexp_replace(regexp_replace(
            lower(left(min(answer), 2000)),
            'https?://\S+|\S+@\S+|\[[\d, ]+\]|(^|\n)\s*\d+[.)]\s|[#№]\s*[\w-]+|\b[a-z]{1,6}-?\d[\w-]*', ' ', 'g'),
            '(\d),(\d{3})', '\1\2', 'g'), '[*_`]+', '', 'g') as said
    from repeats
    group by question, answer_key
),
varied as (
    select * from answers
    qualify count(*) over (partition by question) > 1
),
dated as (
    select
        *,
        regexp_extract_all(said, '\d{4}\s?[-./년年]\s?\d{1,2}\s?[-./월月]\s?\d{1,2}|\d{1,2}\s?[월月]\s?\d{1,2}\s?[일日]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*') as dates, -- noqa: LT05
        regexp_extract_all(said, '\b\d{1,2}:\d{2}\b') as clocks
    from varied
),
undated as (
    select
        * replace (regexp_replace(said, '\d{4}\s?[-./년年]\s?\d{1,2}\s?[-./월月]\s?\d{1,2}|\d{1,2}\s?[월月]\s?\d{1,2}\s?[일日]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|\b\d{1,2}:\d{2}\b', ' ', 'g') as said) -- noqa: LT05
    from dated
),
figured as (
    select
        *,
        regexp_extract_all(said, '[$€£¥₩]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:%|％|[$€£¥₩]|퍼센트|개월|시간|만\s?원|천\s?원|억\s?원|달러|주일|분기|단계|[일분초주년월원회번명개건대장배점층세살권매병통호]|日間|週間|か月|ヶ月|カ月|個月|个月|小时|小時|分钟|分鐘|時間|[日天分秒月年円元回名人個件台枚倍点階歳个次]|[-\s]?(?:business |working |calendar )?[a-zà-ÿ]{1,14})') as figures -- noqa: LT05
    from undated
),
facts as (
    select question, answer_key,
        regexp_replace(
            regexp_replace(regexp_extract(figure, '\D+$'), '[\s-]|business|working|calendar', '', 'g'), '(.{3,})s$', '\1'
        ) as slot,
        regexp_extract(figure, '\d+(?:\.\d+)?')::double::varchar as value
    from (select question, answer_key, unnest(figures) as figure from figured)
    where figure ~ '.*\D$'
        and not regexp_matches(figure, '[\s\d-](?:to|of|and|or|in|on|at|is|are|a|an|the|for|if|as|by|with|from|you|we|but|per|than|y|de|en|o|el|la|und|et|st|nd|rd|th|am|pm|x|more|can|will|then|when|at)$') -- noqa: LT05
    union
    select question, answer_key, left(figure, 1), regexp_extract(figure, '\d+(?:\.\d+)?')::double::varchar
    from (select question, answer_key, unnest(figures) as figure from figured)
    where figure ~ '[$€£¥₩].*'
    union
    select question, answer_key, 'date', regexp_replace(unnest(dates), '\s', '', 'g') from dated
    union
    select question, answer_key, 'time of day', unnest(clocks) from dated
    union
    select
        question, answer_key, 'words ' || hash(regexp_replace(said, '\d+(\.\d+)?', '0', 'g')),
        array_to_string(regexp_extract_all(said, '\d+(?:\.\d+)?'), ' ')
    from figured
    where len(figures) = 0 and regexp_matches(said, '\d') and not regexp_matches(said, '\d{5}')
),
-- yes or no at the head; else what the first whole sentence affirms or denies - what follows are exceptions and asides
opened as (
    select
        question, answer_key, said, figures,
        coalesce(list_filter(
            string_split_regex(said, '[.!?]\s|[。！？\n]'),
            lambda part: length(part) >= 20 or (strlen(part) > length(part) and length(part) >= 8)
        )[1], said) as lead
    from figured
),
sided as (
    select
        question, answer_key, figures,
        regexp_matches(said, '^\W*(yes|yeah|yep|correct|네|예|그렇습니다|맞습니다|はい|是的|sí|oui|ja)([^\w가-힣]|$)') as yes,
        regexp_matches(said, '^\W*(no|nope|아니요|아니오|아뇨|아닙니다|いいえ|不是|non|nein)([^\w가-힣]|$)') as "no",
        regexp_matches(lead, '\b(can|is possible|available|supported|supports|allowed|included|includes|offered|offers|accepted|free|eligible)\b|가능|됩니다|제공합|있습니다|できます|あります|可以|se puede|es posible') -- noqa: LT05
            or len(figures) > 0 as affirms,
        regexp_matches(lead, '\b(cannot|can''t|can not|not possible|impossible|unavailable|not (\w+ )?(available|supported|allowed|included|offered|accepted|eligible)|no such|no longer|(does|do|is|are) not|doesn''t|don''t|isn''t|aren''t|never)\b|불가|없습니다|안 ?됩니다|지 않습니다|지 않아요|아닙니다|못 ?합니다|ません|不(能|可以|支持)|没有|\bno (se puede|es posible|está|lo|ofrece|incluye)') as denies -- noqa: LT05
    from opened
),
-- the one number of an answer that has no other, whatever it counts (seats, people); not where units could be converted
single as (
    select f.question, f.answer_key, regexp_extract(f.said, '\d+(?:\.\d+)?')::double::varchar as value
    from figured as f
    left join facts as c on f.question = c.question and f.answer_key = c.answer_key
        and regexp_matches(c.slot,
            '^(second|sec|minute|min|hour|hr|h|day|week|month|year|ms|s|[kmgt]i?b|byte|km|m|cm|mm|mile|kg|g|lb|usd|eur|krw|dollar|euro|won|%|[$€£¥₩]|일|시간|분|초|주|주일|월|개월|년|원|만원|천원|억원|달러|.*[日天分秒週周月年円元間时時].*)$') -- noqa: LT05
    where c.slot is null and len(list_distinct(regexp_extract_all(f.said, '\d+(?:\.\d+)?'))) = 1
        and not regexp_matches(f.said, '\d{5}')
),
slots as (
    select question, answer_key, 'number' as slot, [value] as held
    from single
    union all
    select question, answer_key, slot, list_sort(list_distinct(list(value))) as held
    from facts
    where slot <> ''
    group by question, answer_key, slot
    union all
    select question, answer_key, 'yes or no', [case when "no" or (denies and not yes) then 'no' else 'yes' end]
    from sided
    -- who denies gives no number; who says "no" first denies all the same
    where "no" or (denies and not yes and len(figures) = 0) or (not denies and (yes or affirms))
),
counted as (
    select
        s.question, s.slot, s.held,
        sum(a.given) as given,
        min(a.first_given) as first_given,
        max(a.last_given) as last_given,
        flatten(list(a.index_versions)) as index_versions,
        any_value(a.temperature) as temperature,
        list(s.answer_key) as answer_keys,
        bool_or(abs(date_diff(
            'day', a.first_given, try_strptime(s.held[1], ['%Y-%m-%d', '%Y.%m.%d', '%Y/%m/%d', '%Y년%m월%d', '%Y年%m月%d'])
        )) <= 30) as moves,
        sum(sum(a.given)) over (partition by s.question, s.slot) as answers,
        count(*) over (partition by s.question, s.slot) as ways,
        max(sum(a.given)) over (partition by s.question, s.slot) as most
    from slots as s
    inner join varied as a on s.question = a.question and s.answer_key = a.answer_key
    group by s.question, s.slot, s.held
),
contradicted as (
    -- both sides of what was given as often, or of which one was given wholly before the other: either may be the fault
    select
        c.question, unnest(c.answer_keys) as answer_key, c.slot, c.held, o.held as other,
        o.given = c.given or o.first_given > c.last_given or c.first_given > o.last_given as unsettled,
        o.given < c.given as outweighs,
        case
            when c.slot = 'date' and (c.first_given::date <> o.first_given::date or c.moves) then 0.4
            when c.slot[:5] = 'words' and c.ways >= 3 and c.most = 1 then 0.4
            when len(c.index_versions) > 0 and len(o.index_versions) > 0 and not list_has_any(c.index_versions, o.index_versions) then 0.4
            when c.temperature > 0.5 and c.ways >= 4 and c.most < 0.4 * c.answers then 0.4
            when list_has_any(c.held, o.held) then 0.55
            when c.slot = 'yes or no' then 0.6
            when o.given > 1 then 0.85
            else 0.7
        end as confidence,
        array_to_string(c.held, ', ') || case when c.slot[:5] = 'words' then '' else ' ' || c.slot end
            || ', where ' || o.given || ' said ' || array_to_string(o.held, ', ') as reason
    from counted as c
    inner join counted as o
        on c.question = o.question and c.slot = o.slot and c.held <> o.held
        and (
            o.given >= c.given
            or (o.given * 3 >= c.given and (o.first_given > c.last_given or c.first_given > o.last_given))
        )
        and not list_has_all(c.held, o.held) and not list_has_all(o.held, c.held)
),
suspected as (
    select r.id, r.trace_id, r.question, r.answer_key, r.start, bool_or(c.confidence >= 0.5) as suspect
    from repeats as r
    left join contradicted as c on r.question = c.question and r.answer_key = c.answer_key
    group by all
),
times as (
    -- how many of the answers half a day before and after are suspected, the usual share standing in for five of them
    select
        question, answer_key,
        (count_if(suspect) over half_day + 5 * avg(suspect::integer) over ()) / (count(*) over half_day + 5) as share
    from suspected
    window half_day as (order by start range between interval 12 hours preceding and interval 12 hours following)
),
crowded as (
    select c.question, c.slot, c.held, avg(t.share) as share
    from (select distinct question, answer_key, slot, held from contradicted) as c
    inner join times as t on c.question = t.question and c.answer_key = t.answer_key
    group by all
),
blamed as (
    -- of two that may be the fault, that is one which was given when more were contradicted; where no time stands out,
    -- it is the one that was given less
    select c.question, c.answer_key, c.confidence, c.reason
    from contradicted as c
    inner join crowded as own on c.question = own.question and c.slot = own.slot and c.held = own.held
    left join crowded as rival on c.question = rival.question and c.slot = rival.slot and c.other = rival.held
    where not c.unsettled
        or (not c.outweighs and own.share * 1.25 >= coalesce(rival.share, 0))
        or (c.outweighs and own.share > rival.share * 1.25)
)
select r.id, r.trace_id, max(c.confidence)::double as confidence, arg_max(c.reason, (c.confidence, c.reason)) as reason
from repeats as r
inner join blamed as c on r.question = c.question and r.answer_key = c.answer_key
group by r.id, r.trace_id
