/*
title: An attempt to take the model over
kind: injection_attempts
says: >
  The last user message, or a text that a tool or a search gave back, orders the model to drop its rules, to show its
  prompt, to be one without limits, or to serve somebody else; or it forges the tags by which roles are told apart. Hidden
  spellings (zero-width signs, full-width letters, invisible tags, base64) are undone first. What a lexicon sees is the
  least there is.
needs: [input | output]
thresholds:
  - 0.95 - an order or a claim of another role together with forged tags, or hidden in signs that nobody sees or in base64
  - 0.9 - an order to drop the rules, to show the prompt, or to have no limits
  - 0.85 - the same, or an order to a machine that reads, in what a tool or a search gave back
  - 0.35 - the same words where attacks are talked about or quoted, and the text does not begin with them - a hint
  - 0.3 - forged tags alone, for people who program write them too - a hint
why: >
  The first 8,000 signs are looked at. An order must stand where an order stands (at the start of a clause, after "please"),
  must name rules, and must name them as the model's or as earlier ones - "ignore the previous e-mail" is none. A customer
  who takes back an instruction about a thing ("about the delivery") is taken out first.
*/
with spoken as (
    select id, trace_id, false as indirect, left(question, 8000) as said
    from texts
    where kind in ('request', 'llm') and length(question) >= 12
    union all
    select id, trace_id, true, left(handed, 8000)
    from texts
    where length(handed) >= 12
    union all
    select id, trace_id, true, left(answer, 8000)
    from texts
    where kind in ('tool', 'retrieval', 'http', 'other') and length(answer) >= 12
),
unpacked as (
    select
        *,
        strlen(said) > length(said)
        and regexp_matches(
            said, '[\x{200B}\x{2060}-\x{2064}\x{FEFF}\x{202D}\x{202E}\x{2066}-\x{2068}]|[\x{E0020}-\x{E007E}]{4}'
        ) as has_hidden,
        case when regexp_matches(said, '[A-Za-z0-9+/]{40}') then regexp_extract(said, '[A-Za-z0-9+/]{40,}') end as code
    from spoken
),
decoded as (
    -- a run of base64 is cut to whole groups of four signs
    select *, try(decode(from_base64(left(code, length(code) - length(code) % 4)))) as hidden
    from unpacked
),
plain as (
    select
        * exclude (said, code),
        regexp_replace(bared(said), $lex_inject_aside_latin, ' ', 'g') as said,
        script_of(left(said, 2000)) as script,
        bared(hidden) as inside
    from decoded
),
seen as (
    select
        *,
        does(said, script, $lex_inject_order_latin, $lex_inject_order_ko, $lex_inject_order_ja, $lex_inject_order_zh) as orders,
        does(said, script, $lex_inject_reveal_latin, $lex_inject_reveal_ko, $lex_inject_reveal_ja, $lex_inject_reveal_zh) as reveals,
        does(said, script, $lex_inject_role_latin, $lex_inject_role_ko, $lex_inject_role_ja, $lex_inject_role_zh) as plays,
        does(said, script, $lex_inject_plant_latin, $lex_inject_plant_ko, $lex_inject_plant_ja, $lex_inject_plant_zh) as plants,
        regexp_matches(said, $lex_inject_mark_latin) as forges,
        coalesce(
            regexp_matches(inside, $lex_inject_order_latin) or regexp_matches(inside, $lex_inject_reveal_latin)
            or regexp_matches(inside, $lex_inject_role_latin), false
        ) as encodes
    from plain
),
suspect as (
    select
        *,
        orders or reveals or plays or plants as strong,
        does(said, script, $lex_about_attack_latin, $lex_about_attack_ko, $lex_about_attack_ja, $lex_about_attack_zh)
        -- what gives the order before it quotes anything is no talk about one
        and not does(
            regexp_extract(said, '^[^"''«「『(\[{:]{0,80}'), script,
            $lex_inject_order_latin, $lex_inject_order_ko, $lex_inject_order_ja, $lex_inject_order_zh
        )
        and not does(
            regexp_extract(said, '^[^"''«「『(\[{:]{0,80}'), script,
            $lex_inject_reveal_latin, $lex_inject_reveal_ko, $lex_inject_reveal_ja, $lex_inject_reveal_zh
        ) as talks
    from seen
    where orders or reveals or plays or plants or forges or encodes
),
judged as (
    select
        id, trace_id,
        case
            when encodes then 0.95
            when strong and talks then 0.35
            when strong and (forges or has_hidden) then 0.95
            when strong and indirect then 0.85
            when strong then 0.9
            else 0.3
        end::double as confidence,
        case when indirect then 'what was read ' else 'the user ' end
        || case
            when encodes then 'hides an order in base64'
            when orders then 'orders to drop the rules'
            when reveals then 'asks for the prompt'
            when plays then 'asks for a role without limits'
            when plants then 'gives orders to a machine that reads'
            else 'forges tags of roles'
        end
        || case
            when strong and has_hidden then ', hidden in signs that nobody sees'
            when strong and forges then ', with forged tags'
            else ''
        end
        || case when strong and talks then ', where attacks are talked about' else '' end as reason
    from suspect
)
select id, trace_id, max(confidence) as confidence, arg_max(reason, (confidence, reason)) as reason
from judged
group by id, trace_id
