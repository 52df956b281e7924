/*
title: repeats
summary: answers to questions that were asked more than once under the same parameters
step: 6
needs: [texts, acts]
why: >
  The same question is the same whole input under the same model, temperature, prompt version, locale and tenant. What
  depends on the time it is asked at is left out, and so is what is no answer - a refusal, an abstention, a text that puts
  off, an error, a call of a tool.
*/
create or replace table repeats as
with asked as (
    select
        t.id, t.trace_id, r.id as request_id, r.start, r.cache_status, r.temperature, r.index_version,
        t.answer, t.answer_key,
        hash(
            q.input_key, coalesce(r.route, r.feature, r.name, ''), r.model, r.temperature, r.prompt_version, r.locale, r.tenant
        ) as question
    from request_facts as r
    inner join texts as t on r.trace_id = t.trace_id and r.answer_id = t.id
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    left join acts as a on t.trace_id = a.trace_id and t.id = a.id
    where r.status = 'ok' and q.has_input and length(q.question_head) >= 3
        and t.answer_chars between 1 and 6000 and not t.called_tool
        and not coalesce(a.refuses_first or a.refuses_last or a.abstains_first or a.abstains_last or a.puts_off, false)
        and not regexp_matches(left(t.answer, 600), $lex_error_body_latin)
        and not regexp_matches(
            q.question_head,
            '\b(today|tonight|now|currently?|latest|newest|yesterday|tomorrow|(this|next|last) (week|month|year)|right away|hoy|ahora|mañana|actual(es|mente)?|heute|jetzt|aujourd''hui|maintenant)\b|오늘|현재|지금|최신|최근|어제|내일|요즘|(이번|다음|지난) ?(주|달|해)|今日|今すぐ|現在|最新|昨日|明日|今天|现在|目前' -- noqa: LT05
        )
)
select *, count(*) over (partition by question) as times
from asked
qualify times > 1;
