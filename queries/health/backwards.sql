/*
title: spans that end before they begin
order: 48
summary: how many, and where the first stands
sentence:
  en: "{n:,} spans end before they begin (first in {file}, line {line:,}): their clock was set back, or the fields are mixed up."
  ko: "span {n:,}개가 시작보다 먼저 끝납니다(처음 나온 곳: {file} {line:,}행). 시계가 되돌려졌거나 필드가 바뀌었습니다."
*/
select
    count(*) as n,
    arg_min(source_file, (source_file, source_line)) as file,
    arg_min(source_line, (source_file, source_line)) as line
from $schema.spans
where "end" < start
having n > 0
