/*
title: acts
summary: what each answer does in words - refuse, abstain, apologise, put off, hedge - as far as the lexicons know its language
step: 5
needs: [texts]
why: >
  What an answer does it says at its beginning or at its end, so those are looked at: the first 320 signs (two or three
  sentences, in which a refusal comes even after an apology and a reason) and the last 200. A long answer that says
  "I cannot" in its middle does not refuse. Rows that do none of it are left out.
*/
create or replace table acts as
with windows as (
    select
        id, trace_id, answer_chars, script, question_head, question_script, answer_head,
        left(answer_head, 320) as lead,
        answer_end as tail,
        left(answer_head, 320) || ' ' || answer_end as ends
    from texts
    where kind in ('request', 'llm') and answer_chars > 0
),
seen as (
    select
        *,
        does(lead, script, $lex_refuse_latin, $lex_refuse_ko, $lex_refuse_ja, $lex_refuse_zh) as refuses_first,
        does(tail, script, $lex_refuse_latin, $lex_refuse_ko, $lex_refuse_ja, $lex_refuse_zh) as refuses_last,
        does(left(lead, 160), script, $lex_moral_latin, $lex_moral_ko, $lex_moral_ja, $lex_moral_zh) as judges,
        does(left(lead, 220), script, $lex_reproach_latin, $lex_reproach_ko, $lex_reproach_ja, $lex_reproach_zh) as reproaches,
        does(lead, script, $lex_denies_latin, $lex_denies_ko, $lex_denies_ja, $lex_denies_zh) as denies,
        does(lead, script, $lex_abstain_latin, $lex_abstain_ko, $lex_abstain_ja, $lex_abstain_zh) as abstains_first,
        does(tail, script, $lex_abstain_latin, $lex_abstain_ko, $lex_abstain_ja, $lex_abstain_zh) as abstains_last,
        does(ends, script, $lex_unavailable_latin, $lex_unavailable_ko, $lex_unavailable_ja, $lex_unavailable_zh) as puts_off,
        does(left(lead, 160), script, $lex_hedge_latin, $lex_hedge_ko, $lex_hedge_ja, $lex_hedge_zh) as hedges,
        does(left(lead, 160), script, $lex_apology_latin, $lex_apology_ko, $lex_apology_ja, $lex_apology_zh) as apologises
    from windows
),
spoken as (
    select
        * replace (
            -- figures of speech and hedges in the form of a refusal ("can't wait") are taken out before a second look
            case when refuses_first then does(
                regexp_replace(regexp_replace(lead, $lex_aside_latin, ' ', 'g'), $lex_aside_ko, ' ', 'g'),
                script, $lex_refuse_latin, $lex_refuse_ko, $lex_refuse_ja, $lex_refuse_zh) else false end as refuses_first,
            case when refuses_last then does(
                regexp_replace(regexp_replace(tail, $lex_aside_latin, ' ', 'g'), $lex_aside_ko, ' ', 'g'),
                script, $lex_refuse_latin, $lex_refuse_ko, $lex_refuse_ja, $lex_refuse_zh) else false end as refuses_last
        )
    from seen
    where refuses_first or refuses_last or judges or reproaches or denies
        or abstains_first or abstains_last or puts_off or hedges or apologises
)
select
    id, trace_id, answer_chars, script,
    refuses_first, refuses_last, judges, reproaches, abstains_first, abstains_last, puts_off, hedges, apologises,
    does(answer_head, script, $lex_redirect_latin, $lex_redirect_ko, $lex_redirect_ja, $lex_redirect_zh) as redirects,
    denies and does(answer_head, script, $lex_values_latin, $lex_values_ko, $lex_values_ja, $lex_values_zh) as denies_on_values,
    does(answer_head, script, $lex_comply_latin, $lex_comply_ko, $lex_comply_ja, $lex_comply_zh) as complies,
    does(answer_head, script, $lex_private_latin, $lex_private_ko, $lex_private_ja, $lex_private_zh) as keeps_private,
    does(ends, script, $lex_disclaim_latin, $lex_disclaim_ko, $lex_disclaim_ja, $lex_disclaim_zh) as disclaims,
    does(answer_head, script, $lex_comfort_latin, $lex_comfort_ko, $lex_comfort_ja, $lex_comfort_zh) as comforts,
    coalesce(does(question_head, question_script, $lex_seeks_latin, $lex_seeks_ko, $lex_seeks_ja, $lex_seeks_zh), false) as was_seeking,
    coalesce(does(question_head, question_script, $lex_weighs_latin, $lex_weighs_ko, $lex_weighs_ja, $lex_weighs_zh), false)
        as was_weighing,
    coalesce(does(question_head, question_script, $lex_presumes_latin, $lex_presumes_ko, $lex_presumes_ja, $lex_presumes_zh), false)
        as was_presuming,
    does(question_head, question_script,
        $lex_drafting_latin, $lex_drafting_ko, $lex_drafting_ja, $lex_drafting_zh) as was_drafting
from spoken;
