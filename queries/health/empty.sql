/*
title: a log without spans
order: 5
summary: whether nothing is there to look at
sentence:
  en: "There is no span in these logs."
  ko: "이 로그에는 span이 없습니다."
*/
select 0 as spans
where not exists (select 1 from $schema.spans)
