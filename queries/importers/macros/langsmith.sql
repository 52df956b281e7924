/*
title: helpers for LangSmith
order: 11
summary: runs that stand inside the run that caused them
*/
create or replace macro nested_runs(body) as
    case when coalesce(json_array_length(body, '$.child_runs'), 0) = 0 then []::json[]
        else list_filter(json_extract(body, '$..child_runs[*]'), lambda run: has_all(run, ['id', 'run_type']))
    end;

create or replace macro without_nested(body) as
    case when json_type(body, '$.child_runs') = 'ARRAY' then json_merge_patch(body, '{"child_runs": null}') else body end;
