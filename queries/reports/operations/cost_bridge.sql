/*
title: {en: What drove the change in cost, ko: 비용 변화의 요인}
note:
  en: The window against as long before it (of a log without a before, its second half against its first). The factors sum to the change exactly.
  ko: 이 기간을 바로 앞의 같은 길이와 비교합니다(앞 기간이 없으면 후반을 전반과 비교). 요인의 합은 변화와 정확히 같습니다.
method: bridge
columns:
  factor: {en: Factor, ko: 요인, words: factors}
  usd: {en: Change, ko: 변화, unit: usd}
*/
