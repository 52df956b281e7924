/*
title: vendors' words for the same thing
order: 1
summary: finish reasons, kinds of span, statuses and cache words, mapped to the words of the native format
*/
create or replace macro finish_word(word) as
    case lower(word)
        -- the commonest first: each of the others would be compared with it
        when 'stop' then 'stop'
        when 'end_turn' then 'stop'
        when 'stop_sequence' then 'stop'
        when 'complete' then 'stop'
        when 'completed' then 'stop'
        when 'finish' then 'stop'
        when 'finished' then 'stop'
        when 'eos' then 'stop'
        when 'eos_token' then 'stop'
        when 'end' then 'stop'
        when 'stop_criteria_met' then 'stop'
        when 'max_tokens' then 'length'
        when 'max_output_tokens' then 'length'
        when 'max_length' then 'length'
        when 'model_length' then 'length'
        when 'model_context_window_exceeded' then 'length'
        when 'content-filter' then 'content_filter'
        when 'content_filtered' then 'content_filter'
        when 'error_toxic' then 'content_filter'
        when 'guardrail_intervened' then 'content_filter'
        when 'safety' then 'content_filter'
        when 'recitation' then 'content_filter'
        when 'blocklist' then 'content_filter'
        when 'prohibited_content' then 'content_filter'
        when 'spii' then 'content_filter'
        when 'tool_use' then 'tool_calls'
        when 'tool-calls' then 'tool_calls'
        when 'tool_call' then 'tool_calls'
        when 'function_call' then 'tool_calls'
        else lower(word)
    end;

-- one of the words, parted by bars; a search in a text, since DuckDB makes a join of a long list
create or replace macro known_word(word, words) as case when contains(words, '|' || lower(word) || '|') then lower(word) end;

create or replace macro kind_word(word) as
    known_word(word, '|request|llm|retrieval|tool|embedding|cache|guardrail|http|other|');

create or replace macro status_word(word) as known_word(word, '|ok|error|timeout|cancelled|');

create or replace macro cache_word(word) as known_word(word, '|hit|miss|bypass|write|');

create or replace macro format_word(word) as known_word(word, '|text|json|');

create or replace macro guardrail_word(word) as known_word(word, '|allow|block|mask|flag|');

create or replace macro arm_word(word) as known_word(word, '|stable|canary|shadow|');

-- zeros stand for "no parent" in OpenTelemetry; ids as short as "0" may be real and are looked up once all spans are in
create or replace macro parent_word(id) as case when length(id) < 8 or trim(id, '0') <> '' then id end;
