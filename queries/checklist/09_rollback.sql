/*
title: {en: "A rollback procedure", ko: "되돌리기 절차"}
asks: {en: "Can a change be taken back, and was it ever?", ko: "변경을 되돌릴 수 있고, 되돌려 본 적이 있습니까?"}
says:
  en: "events that people noted: {of}; mitigations among them: {seen}"
  ko: "사람들이 기록한 사건 {of}건 중 조치 {seen}건"
step:
  en: "Take the worse arm back, and note when it was done in the context file."
  ko: "나쁜 배포군을 되돌리고 그 시각을 컨텍스트 파일에 적으십시오."
evidence:
  en: "Try it once and note it in the context file (kind mitigation), or let who is responsible state it in --config."
  ko: "한 번 되돌려 보고 컨텍스트 파일에 mitigation으로 적거나, 책임자가 --config에 밝히십시오."
*/
with counted as (
    select count(*) filter (where kind = 'mitigation') as seen, count(*) as "of"
    from context
    where "at" >= $start and "at" < $end
)
select *, case when seen > 0 then 'pass' end as verdict
from counted
