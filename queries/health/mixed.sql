/*
title: files of several formats
order: 72
summary: files whose records are of several formats, each read by its own importer; the account names the commonest alone
sentence:
  en: "{file} holds records of several formats, each read by its own importer: {told}."
  ko: "{file}에는 여러 형식의 기록이 섞여 있어 각각 해당 형식으로 읽었습니다: {told}"
*/
with counted as (
    select
        source_file as file,
        format,
        count(*) as n
    from $schema.spans
    group by all
)
select
    file,
    string_agg(format || ' ' || n, ', ' order by n desc, format) as told
from counted
group by file
having count(*) > 1
order by sum(n) desc, file
limit 5
