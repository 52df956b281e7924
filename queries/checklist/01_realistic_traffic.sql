/*
title: {en: "Realistic test traffic", ko: "실제와 같은 시험 트래픽"}
asks: {en: "Was it tested with traffic like that of the launch?", ko: "출시 때와 같은 트래픽으로 시험했습니까?"}
kinds: [input_drift, new_topic]
params:
  least: {value: 200, why: "fewer requests than this do not show what people ask"}
says:
  en: "{seen} requests to compare with (demo or evaluation set), {of} in the window"
  ko: "비교할 요청(데모·평가 세트) {seen}건, 이 기간의 요청 {of}건"
step:
  en: "Add requests like those of the findings to the evaluation set, and run it again."
  ko: "발견 사항의 요청과 같은 예를 평가 세트에 더해 다시 시험하십시오."
evidence:
  en: "Name the demo or evaluation set: --baseline DIR, or --baseline-until TIME."
  ko: "데모·평가 세트를 알려 주십시오: --baseline DIR 또는 --baseline-until TIME."
*/
select
    $usual::bigint as seen, count(*) as "of",
    case when not $compared then null when $usual >= $least then 'pass' else 'fail' end as verdict
from request_facts
where start >= $start and start < $end
