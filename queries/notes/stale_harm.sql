/*
title: whether stale answers were wrong
kinds: [stale_cache]
sentence:
  en: "Of {known} whose question was answered afresh too, {wrong} contradict what was answered then."
  ko: "같은 질문에 새로 만든 답도 있는 {known}건 중 {wrong}건이 그 답과 모순됩니다."
why: >
  An old entry does no harm while it still says what a fresh answer says. Compared by their facts (numbers, dates, yes and
  no) with answers to the same question under the same versions that no cache gave. Said from five such hits on.
*/
with stale as (
    select distinct h.trace_id, h.id, a.question, s.id is not null as wrong
    from (select distinct trace_id, id from hurt where candidate = $hurt) as h
    inner join repeats as a on h.trace_id = a.trace_id and h.id = a.request_id
    left join signals as s
        on a.trace_id = s.trace_id and a.id = s.id and s.kind = 'inconsistent_answer' and s.confidence >= 0.5
),
afresh as (
    select distinct question
    from repeats
    where cache_status is distinct from 'hit'
)
select count(*) as known, count_if(stale.wrong) as wrong
from stale
inner join afresh on stale.question = afresh.question
having count(*) >= 5
