/*
title: clock skew
summary: spans that begin more than a second before what caused them, and not by whole half hours as mixed zones make it
why: a call cannot begin before its caller, and clocks kept by NTP agree to some hundredths of a second
order: 40
sentence:
  en: "{n:,} spans begin before the span that caused them, by {median_s:,.1f} s in the middle, from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M} UTC (most of them in {file}): clocks are apart."
  ko: "span {n:,}개가 자신을 부른 span보다 먼저 시작합니다(중앙값 {median_s:,.1f}초, {start:%Y-%m-%d %H:%M} ~ {stop:%Y-%m-%d %H:%M} UTC, 가장 많은 파일: {file}). 시계가 서로 어긋나 있습니다."
*/
select
    count(*) as n,
    -median(ahead_s) as median_s,
    min(start) as start,
    max(start) as stop,
    mode(source_file order by source_file) as file,
    count_if(source_file <> parent_file) as across_files
from links
where
    ahead_s < -1
    and not (abs(ahead_s) > 1740 and abs(ahead_s - 1800 * round(ahead_s / 1800)) <= 60)
having n > 0
