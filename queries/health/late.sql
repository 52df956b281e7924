/*
title: late records
summary: records that stand in their file an hour and more after others that ended later
why: >
  A log is written in the order of time but for some seconds. Where more than a twentieth of a file is out of order it was
  never in the order of time, and nothing can be said. Ten lines at a time are looked at: exact where it matters, and cheap.
params:
  most: {value: 0.05, why: an export that is sorted by something else is out of order everywhere}
order: 55
sentence:
  en: "{n:,} records came late: up to {hours:,.1f} hours after their time (most of them in {file})."
  ko: "기록 {n:,}개가 늦게 들어왔습니다: 길게는 {hours:,.1f}시간 뒤(가장 많은 파일: {file})."
*/
with
blocks as (
    select
        source_file,
        source_line // 10 as block,
        max(coalesce("end", start)) as newest,
        min(coalesce("end", start)) as oldest,
        count(*) as n
    from $schema.spans
    group by source_file, block
),
seen as (
    select
        *,
        max(newest) over (partition by source_file order by block rows between unbounded preceding and 1 preceding) as until
    from blocks
),
behind as (
    select
        s.source_file,
        count(*) as n,
        max(b.until - coalesce(s."end", s.start)) as lag
    from $schema.spans as s
    inner join seen as b on s.source_file = b.source_file and s.source_line // 10 = b.block
    where b.oldest < b.until - interval 1 hour and coalesce(s."end", s.start) < b.until - interval 1 hour
    group by s.source_file
)
select
    sum(h.n)::bigint as n,
    epoch(max(h.lag)) / 3600 as hours,
    arg_max(h.source_file, h.n) as file
from behind as h
where h.n <= $most * (select sum(b.n) from blocks as b where b.source_file = h.source_file)
having n > 0
