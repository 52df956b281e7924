/*
title: times with and without a zone
summary: how times are written in a sample of each file, where some say their zone and some do not, or none does
order: 46
sentence:
  en: "{bare:,} of {files:,} files hold times without a zone (such as {file}); they were read as {tz}. --tz says otherwise."
  ko: "파일 {files:,}개 중 {bare:,}개에 시간대가 없는 시각이 있습니다(예: {file}). {tz} 시각으로 읽었습니다. --tz로 바꿀 수 있습니다."
*/
select
    count(*) as files,
    count_if(bare > 0) as bare,
    min(path) filter (where bare > 0) as file,
    any_value(tz) as tz
from ledger
where bare + zoned > 0
having count_if(bare > 0) > 0
