/*
title: {en: "Error logs collected", ko: "오류 로그 수집"}
asks: {en: "Does the log say of a failure what failed?", ko: "실패했을 때 무엇이 실패했는지 로그에 남습니까?"}
kinds: [logging_gap, error_as_answer]
params:
  least: {value: 5, why: "a handful of failures shows how they are written down"}
  share: {value: 0.95, why: "one nameless failure in twenty is lost in an incident"}
says:
  en: "{seen} of {of} failed calls and requests name their error"
  ko: "실패한 호출·요청 {of}건 중 {seen}건에 오류 종류가 남았습니다"
step:
  en: "Write error_type and http_status on every failed span, and check the exporter."
  ko: "실패한 스팬마다 error_type과 http_status를 남기고 내보내기 설정을 확인하십시오."
evidence:
  en: "Log the status of every call; make one fail on purpose and look for it in the log."
  ko: "모든 호출의 상태를 기록하고, 하나를 일부러 실패시켜 로그에서 찾아보십시오."
*/
with named as (
    select trace_id
    from spans
    where status in ('error', 'timeout') and trace_id is not null
        and (error_type is not null or error_message is not null or http_status is not null)
),
counted as (
    select
        -- a request need not say again what the call in it that failed says
        count(*) filter (
            where error_type is not null or error_message is not null or http_status is not null
                or (kind = 'request' and trace_id in (select trace_id from named))
        ) as seen,
        count(*) as "of"
    from spans
    where status in ('error', 'timeout') and start >= $start and start < $end
)
select *, case when "of" < $least then null when seen >= $share * "of" then 'pass' else 'fail' end as verdict
from counted
