/*
title: helpers for Helicone
order: 11
summary: JSON as the export tool writes it into a table
*/
-- its quotes are doubled once more than the table needs
create or replace macro undoubled(leaf) as
    case
        when regexp_matches(leaf::varchar, '^"\s*[\[{][\s\[{]*(\\"){2}') then
            coalesce(try_cast(replace(json_string(leaf), '""', '"') as json), leaf)
        else leaf
    end;
