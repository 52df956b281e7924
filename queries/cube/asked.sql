/*
title: asked
summary: the words of each question, with the slot of time it fell into (-1 where it is only compared with)
why: >
  Words of four Latin letters and more; Korean words without their particle; Japanese words in katakana or kanji; Chinese in
  overlapping pairs of signs. Numbers and ids are no words. Of very many questions a sample by hash is looked at.
*/
with heads as (
    select
        r.id, r.trace_id, r.start as "at",
        hash(coalesce(r."user", r.session, r.id)) as actor,
        q.question_key, q.question_head,
        script_of(q.question_head) as script
    from request_facts as r
    inner join texts as q on r.trace_id = q.trace_id and r.question_id = q.id
    where length(q.question_head) >= 3 and r.start < $end and hash(r.id) % $every = 0
)
select
    id, trace_id, actor, question_key,
    case
        when $is_baseline or "at" < $start then -1
        else least(floor($slots * (epoch("at") - epoch($start)) / greatest(epoch($end) - epoch($start), 1)), $slots - 1)
    end::integer as slot,
    list_distinct(list_concat(
        regexp_extract_all(question_head, '[a-zà-öø-ÿ]{4,}'),
        case when script = 'ko' then list_transform(
            regexp_extract_all(question_head, '[가-힣]{2,}'),
            lambda w: case when length(w) > 2
                then regexp_replace(w, '(에서는|에서|으로|에게|까지|부터|이나|처럼|은|는|이|가|을|를|에|의|도|로|와|과|나)$', '') else w end
        ) else [] end,
        case when script = 'ja' then regexp_extract_all(question_head, '[ァ-ヺー]{2,}|[一-龥]{2,}') else [] end,
        case when script = 'zh' then list_filter(
            list_transform(range(1, length(question_head)), lambda i: substr(question_head, i::bigint, 2)),
            lambda w: regexp_full_match(w, '[一-龥]{2}')
        ) else [] end
    )) as words
from heads
