/*
title: records met before
summary: records whose trace and id were accepted before; they are counted once
order: 20
sentence:
  en: "Met before and counted once: {n:,} of {records:,} records, most of them in {file} ({most:,})."
  ko: "기록 {records:,}개 중 {n:,}개는 이미 나온 것이라 한 번만 셌습니다. 가장 많은 파일: {file} ({most:,}개)"
*/
select
    sum(duplicates)::bigint as n,
    sum(records)::bigint as records,
    arg_max(path, duplicates) as file,
    max(duplicates) as most
from ledger
where format is distinct from 'context'
having n > 0
