/*
title: times with and without a zone in one file
summary: a field that says its zone in some records of a file and in others does not, in a sample of the file
params:
  part: {value: 0.02, why: a few odd records shift no hour of the log}
order: 45
sentence:
  en: "Mixed zones in {file}: of {n:,} times looked at in one field, {bare:,} say no zone and were read as {tz}. Unless they were written there, they stand hours off, and the first and the last hours of the log hold only a part of its traffic."
  ko: "{file}에 시간대가 섞여 있습니다. 한 필드에서 확인한 시각 {n:,}개 중 {bare:,}개에 시간대가 없어 {tz} 시각으로 읽었습니다. 다른 시간대의 시각이라면 몇 시간씩 어긋나며, 로그의 처음과 마지막 몇 시간에는 일부 트래픽만 보입니다."
*/
select
    path as file,
    mixed_zoned + mixed_bare as n,
    mixed_bare as bare,
    tz
from ledger
where least(mixed_zoned, mixed_bare) > $part * (mixed_zoned + mixed_bare)
order by least(mixed_zoned, mixed_bare) desc, place
limit 3
