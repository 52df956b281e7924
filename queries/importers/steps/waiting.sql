/*
title: records that wait
summary: >
  Parts of what the log does not hold, as they were read: a store keeps them aside until a later import brings what they
  belong to.
*/
select
    * exclude (told_id, told_trace_id, part, folded, weight, times, place, kept, again) replace (
        told_id as id, told_trace_id as trace_id
    )
from intake.repeats
where not kept and not again
