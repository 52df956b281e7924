/*
title: one row for records of the same trace and id
summary: the record with the later end wins, fields that only another has are taken over, and it stands where it was first read
*/
select
    -- any_value takes the first value that is not null
    any_value(
        columns(* exclude (
            attributes, scores, source_file, source_line, format, part, folded, weight, times, place, kept, again, told_id,
            told_trace_id
        ))
        order by folded, "end" desc nulls last, weight
    ),
    nullif(list_sort(list_distinct(flatten(list(scores) filter (where scores is not null)))), []) as scores,
    -- what a later one leaves null it leaves as it was: a patch would take it away
    list_reduce( -- noqa: PRS
        list(attributes order by "end" nulls first, folded desc, weight desc) filter (where attributes is not null),
        lambda earlier, later: json_merge_patch(earlier, json_merge_patch('{}', later))
    )::json as attributes,
    any_value(source_file order by place) as source_file,
    any_value(source_line order by place) as source_line,
    any_value(replace(format, ':folded', '') order by place) as format
from intake.repeats
where kept
group by trace_id, id
