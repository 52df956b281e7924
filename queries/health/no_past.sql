/*
title: nothing to compare with
summary: the log is a week or less, and no baseline was named
why: >
  Such a log mostly begins with what it is about, a launch. Faults that were there from the first request on look like the
  usual, and are told only where they are too many by themselves.
when: checked
order: 85
sentence:
  en: >-
    {hours:.0f} h of log and no baseline: what was so from the first request on is told only where it is too much by itself.
    Name the demo's logs with --baseline, or the time at which it ended with --baseline-until.
  ko: >-
    로그가 {hours:.0f}시간뿐이고 기준 기간이 없습니다. 첫 요청부터 있던 문제는 그 자체로 지나칠 때만 알려 드립니다.
    데모 로그를 --baseline으로, 또는 데모가 끝난 시각을 --baseline-until로 알려 주세요.
*/
select hours
from no_past
where hours is not null
