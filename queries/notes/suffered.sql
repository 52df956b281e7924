/*
title: whether answers suffered
kinds: [partial_failure]
sentence:
  en: "Of their answers {share} are empty, cut, broken, canned, refused or without evidence; of all others meanwhile {share_else}."
  ko: "이 요청들의 답변 중 {share}, 같은 시간의 다른 요청은 {share_else}가 비었거나 잘렸거나 깨졌거나 상투적이거나 거절이거나 근거가 없습니다."
why: >
  A part that failed may be made good by what was written without it. Said from twenty requests on, on either side.
*/
with hit as (
    select trace_id, id, "at"
    from hurt
    where candidate = $hurt
),
flawed as (
    select distinct m.trace_id, m.request_id
    from signals as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.confidence >= 0.5 and s.kind in (
        'empty_answer', 'truncated_answer', 'malformed_answer', 'degenerate_answer', 'fallback_answer', 'refusal',
        'error_as_answer', 'no_evidence_answer', 'unsupported_citation'
    )
),
judged as (
    select h.id is not null as own, f.request_id is not null as bad
    from request_facts as r
    left join (select distinct trace_id, id from hit) as h on r.trace_id = h.trace_id and r.id = h.id
    left join flawed as f on r.trace_id = f.trace_id and r.id = f.request_id
    where r.status = 'ok' and r.start between (select min("at") from hit) and (select max("at") from hit)
)
select
    avg(bad::integer) filter (where own) as share,
    avg(bad::integer) filter (where not own) as share_else
from judged
having count_if(own) >= 20 and count_if(not own) >= 20
