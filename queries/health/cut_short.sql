/*
title: files that could not be read to their end, or may be of two formats
summary: one fact a file; what was read of it is kept. The reader knows them, so there is no query
order: 15
sentence:
  en: "{told}"
  ko: "끝까지 읽지 못한 파일: {told}"
*/
