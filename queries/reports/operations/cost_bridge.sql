/*
title: {en: What drove the change in cost, ko: 비용 변화의 요인}
note:
  en: The window against as long before it (of a log without a before, its second half against its first). The factors sum to the change exactly, and positive ones made it dearer.
  ko: 이 기간을 바로 앞의 같은 길이와 비교합니다(앞 기간이 없으면 후반을 전반과 비교). 요인의 합은 변화와 정확히 같습니다(양수는 비용이 늘어난 쪽).
method: bridge
columns:
  factor: {en: Factor, ko: 요인, words: factors, values: {before: {en: cost before, ko: 이전 비용}, after: {en: cost in the window, ko: 이 기간 비용}}}
  usd: {en: Cost, ko: 비용, unit: usd}
*/
