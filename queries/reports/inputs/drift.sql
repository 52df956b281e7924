/*
title: {en: How far what comes in lies from before, ko: 입력이 이전과 다른 정도}
note:
  en: The distance of each feature's distribution (0 % the same, 100 % nothing in common) with its 95 % interval. The noise floor is the distance between two halves of what came before. An effect under it is what the log does anyway. Of each feature the value whose share changed most is shown; lengths are in characters. Before is the baseline or what lies before the window; of a log without either, the days before its last seven (its first half where it is under two weeks).
  ko: 특성별 분포의 거리(0%는 같음, 100%는 겹침 없음)와 95% 구간입니다. 잡음 수준은 이전 기간을 둘로 나눈 거리입니다. 그 아래의 차이는 평소에도 있는 차이입니다. 특성마다 비율이 가장 많이 달라진 값을 보입니다. 길이는 글자 수입니다. 이전은 기준 자료 또는 이 기간 앞이며, 둘 다 없으면 마지막 7일의 앞(2주가 안 되는 로그는 전반)입니다.
method: drift
columns:
  feature:
    en: Feature
    ko: 특성
    words: fields
    values:
      chars: {en: length, ko: 길이}
      code: {en: code, ko: 코드}
      digits: {en: mostly digits, ko: 대부분 숫자}
      emoji: {en: emoji, ko: 이모지}
      json: {en: JSON, ko: JSON}
      lines: {en: several lines, ko: 여러 줄}
      link: {en: links, ko: 링크}
      script: {en: script, ko: 문자(한글·라틴 등)}
  changed: {en: Changed most, ko: 가장 달라진 값}
  before: {en: Before, ko: 이전, unit: share}
  now: {en: Now, ko: 지금, unit: share}
  effect: {en: Distance, ko: 거리, unit: share}
  low: {en: At least, ko: 최소, unit: share}
  high: {en: At most, ko: 최대, unit: share}
  noise_floor: {en: Noise floor, ko: 잡음 수준, unit: share}
*/
