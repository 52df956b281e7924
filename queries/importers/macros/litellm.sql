/*
title: helpers for LiteLLM
order: 11
summary: what the proxy writes where it kept nothing
*/
-- an empty object stands for what was not stored, and a word for what was taken out: neither is an empty prompt or answer
create or replace macro litellm_kept(leaf) as
    case
        when leaf::varchar in ('{}', '[]', '""', '"{}"') or contains(leaf::varchar, '"redacted-by-litellm"') then null
        else leaf
    end;
