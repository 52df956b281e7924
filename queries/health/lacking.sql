/*
title: the smallest change to the logging
summary: fields that the log lacks, each with the kinds that could be looked for if it alone were logged
when: checked
order: 90
sentence:
  en: "Logging {fields} alone would let {kinds} be looked for."
  ko: "{fields} 필드만 더 남기면 다음 종류를 찾을 수 있습니다: {kinds}"
*/
select
    array_to_string(fields, ' / ') as fields,
    string_agg(kind, ', ' order by kind) as kinds,
    count(*) as n
from lacks
group by all
order by n desc, fields
limit 6
