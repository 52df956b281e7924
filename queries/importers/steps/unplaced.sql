/*
title: records of what the log does not hold
summary: >
  Scores, comments and events that name a request, a span or a session of which there is no row: how many in each file,
  and where the first of them stands and what it names
*/
select
    source_file,
    count(*) as n,
    min(source_line) as line,
    arg_min(id, (source_line, id)) as named
from intake.repeats
where not kept and not again
group by source_file
