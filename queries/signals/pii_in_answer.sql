/*
title: Personal data or a secret in an answer
kind: pii_in_answer
says: >
  An answer holds an e-mail address, a phone, card, bank, identity, licence or passport number, an IP address, a key, a token
  or a connection string. Told apart - a leak (nobody gave it), retrieved (a document, a tool or the prompt held it), an echo
  (the user wrote it himself) and public (service lines, the product's own addresses, placeholders). Names of people and
  postal addresses have no shape, and are not looked for.
needs: [output]
thresholds:
  - 0.9 to 0.75 - in neither the question nor what was retrieved, and of a shape that is nothing else
  - 0.6 - a personal name at a reserved domain; a grouped card number that fails its check (a wrong one is one still); 13
    digits in a row that pass the check of resident numbers
  - at most 0.7 - what a document, a tool or the prompt held
  - at most 0.4 - an echo; an example in code; after words of a service ("call us", 고객센터) or of an order
  - 0.4 - landlines, addresses and numbers of firms that this log gives to eight different questions over six tenths of its time
  - 0.2 to 0.35 - toll-free lines, role addresses, placeholders, inner and documentation IP addresses, versions, clocks
notes: >
  The shapes are those by which text is masked (door). Reserved values are masked all the same, for masking goes by shape.
*/
-- a value is looked for without its spacing and hyphens, as it is compared everywhere
with answers as (
    select t.id, t.trace_id, t.question_key, t.start, personal_data(t.answer, coalesce(t.question_head, '')) as found
    from texts as t
    where t.kind in ('request', 'llm') and t.status = 'ok' and t.answer_chars >= 7 and regexp_matches(t.answer, $lex_personal_latin)
),
held as (
    select id, trace_id, question_key, start, unnest(found, recursive := true)
    from (select id, trace_id, question_key, start, unnest(found) as found from answers)
),
lasting as (
    select date_diff('second', min(start), max(start)) as seconds from texts
),
public as (
    select h.kind, h.key
    from held as h
    cross join lasting as l
    where h.kind in ('phone', 'email', 'business', 'ip', 'account') and not h.is_mobile
        and not regexp_matches(h.key, '(?:gmail|naver|daum|hanmail|kakao|nate|hotmail|outlook|yahoo|icloud|gmx|qq|163|proton)[a-z]*$')
    group by h.kind, h.key, l.seconds
    having count(distinct h.question_key) >= 8 and date_diff('second', min(h.start), max(h.start)) >= 0.6 * l.seconds
),
likely as (
    select h.*, m.request_id
    from held as h
    inner join span_request as m on h.trace_id = m.trace_id and h.id = m.id
    where h.weight >= 0.3
),
asked as (
    select distinct r.trace_id, r.id as request_id, r.question_id
    from request_facts as r
    semi join likely as l on r.trace_id = l.trace_id and r.id = l.request_id
),
written as (
    -- what the user wrote, in this turn or before
    select a.trace_id, a.request_id, t.question as said
    from asked as a
    inner join texts as t on a.trace_id = t.trace_id and a.question_id = t.id
    where t.question is not null
    union all
    select trace_id, request_id, m.content::varchar
    from (
        select a.trace_id, a.request_id, unnest(list_items(s.input::json)) as m
        from asked as a
        inner join spans as s on a.trace_id = s.trace_id and a.question_id = s.id
        where left(ltrim(s.input), 1) = '[' and json_valid(s.input)
    ) as turns
    where lower(coalesce(m."role", m.message."role")) in ('user', 'human', 'customer') and m.content is not null
),
fetched as (
    -- what the prompt, a document or a tool held
    select m.trace_id, m.request_id, case when s.kind in ('request', 'llm') then s.input else s.output end as said
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    semi join likely as l on m.trace_id = l.trace_id and m.request_id = l.request_id
    where case when s.kind in ('request', 'llm') then s.input else s.output end is not null
),
given as (
    select distinct l.trace_id, l.request_id, l.key
    from likely as l
    inner join written as w on l.trace_id = w.trace_id and l.request_id = w.request_id
    where contains(regexp_replace(lower(w.said), '[^\p{L}\p{N}]+', '', 'g'), l.key)
),
found_before as (
    select distinct l.trace_id, l.request_id, l.key
    from likely as l
    inner join fetched as f on l.trace_id = f.trace_id and l.request_id = f.request_id
    where contains(regexp_replace(lower(f.said), '[^\p{L}\p{N}]+', '', 'g'), l.key)
),
told as (
    select
        l.*,
        case
            when p.key is not null then [least(l.weight, 0.4), 4]
            when g.key is not null then [least(l.weight, 0.4), 2]
            when f.key is not null then [least(l.weight, 0.7), 3]
            when l.weight < 0.5 then [l.weight, 4]
            else [l.weight, 1]
        end as verdict
    from likely as l
    left join public as p on l.kind = p.kind and l.key = p.key
    left join given as g on l.trace_id = g.trace_id and l.request_id = g.request_id and l.key = g.key
    left join found_before as f on l.trace_id = f.trace_id and l.request_id = f.request_id and l.key = f.key
)
select
    trace_id,
    id,
    max(verdict[1])::double as confidence,
    ['leaked: ', 'echo of what the user wrote: ', 'retrieved: ', 'public or a placeholder: '][arg_max(verdict[2], verdict[1])::integer]
        || list_aggregate(list_sort(list_distinct(list(kind))), 'string_agg', ', ') as reason
from told
group by trace_id, id
