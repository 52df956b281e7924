/*
title: spans
summary: one accepted record of a log, whatever its vendor
*/
create table spans (
    id varchar not null,
    trace_id varchar not null,
    parent_id varchar,
    kind varchar not null,
    name varchar,
    route varchar,
    feature varchar,
    start timestamp not null,
    "end" timestamp,
    start_time timestamp generated always as (start),
    end_time timestamp generated always as ("end"),
    duration_ms double,
    status varchar,
    error_type varchar,
    error_message varchar,
    http_status integer,
    attempt integer,
    fallback varchar,
    provider varchar,
    model_requested varchar,
    model varchar,
    input varchar,
    output varchar,
    output_format varchar,
    finish_reason varchar,
    input_tokens bigint,
    output_tokens bigint,
    cache_read_tokens bigint,
    cache_write_tokens bigint,
    reasoning_tokens bigint,
    cost_usd decimal(18, 9),
    temperature double,
    seed bigint,
    cache_status varchar,
    cache_key varchar,
    cache_age_s double,
    cache_ttl_s double,
    retrieval_hits integer,
    retrieval_top_score double,
    retrieval_documents struct(id varchar, score double)[],
    citations varchar[],
    guardrail_category varchar,
    guardrail_action varchar,
    guardrail_score double,
    idempotency_key varchar,
    tenant varchar,
    "user" varchar,
    session varchar,
    region varchar,
    locale varchar,
    client varchar,
    prompt_version varchar,
    app_version varchar,
    index_version varchar,
    arm varchar,
    scores struct(name varchar, value double, source varchar, "at" timestamp, comment varchar)[],
    attributes json,
    source_file varchar not null,
    source_line bigint not null,
    format varchar not null
);
comment on column spans.id is 'id of the span, unique within its trace, as the log spells it';
comment on column spans.trace_id is 'trace the span belongs to; a span without one is its own trace';
comment on column spans.parent_id is 'the span that caused this one; null at a root';
comment on column spans.kind is 'request, llm, retrieval, tool, embedding, cache, guardrail, http or other';
comment on column spans.name is 'name of the operation';
comment on column spans.route is 'HTTP route';
comment on column spans.feature is 'product feature';
comment on column spans.start is 'when it began, UTC';
comment on column spans."end" is 'when it ended, UTC; null when the log does not say';
comment on column spans.start_time is 'start, under a name that SQL does not reserve';
comment on column spans.end_time is 'end, under a name that SQL does not reserve';
comment on column spans.duration_ms is 'how long it took, in milliseconds';
comment on column spans.status is 'ok, error, timeout or cancelled, as the app recorded it: ok may be wrong';
comment on column spans.error_type is 'class or code of the error';
comment on column spans.error_message is 'text of the error';
comment on column spans.http_status is 'HTTP status code';
comment on column spans.attempt is 'number of the attempt at the same operation, from 1';
comment on column spans.fallback is 'true, or what it fell back from; null when it did not or the log does not say';
comment on column spans.provider is 'who served the model, in lower case';
comment on column spans.model_requested is 'model that was asked for';
comment on column spans.model is 'model that answered';
comment on column spans.input is 'what went in: text, or JSON text of messages or an object';
comment on column spans.output is 'what came out: text, or JSON text of messages or an object';
comment on column spans.output_format is 'text or json: what the caller asked for';
comment on column spans.finish_reason is 'stop, length, content_filter, tool_calls and so on, vendors'' words mapped';
comment on column spans.input_tokens is 'tokens in, cache_read_tokens included';
comment on column spans.output_tokens is 'tokens out, reasoning_tokens included';
comment on column spans.cache_read_tokens is 'tokens in that the provider read from its prompt cache';
comment on column spans.cache_write_tokens is 'tokens in that the provider wrote to its prompt cache';
comment on column spans.reasoning_tokens is 'tokens out that were reasoning';
comment on column spans.cost_usd is 'cost in US dollars as the app logged it; null is unknown, never 0';
comment on column spans.temperature is 'sampling temperature';
comment on column spans.seed is 'sampling seed';
comment on column spans.cache_status is 'hit, miss, bypass or write, of the application''s cache';
comment on column spans.cache_key is 'key of the cache entry';
comment on column spans.cache_age_s is 'age of the entry served, in seconds';
comment on column spans.cache_ttl_s is 'time the entry may live, in seconds';
comment on column spans.retrieval_hits is 'number of documents retrieved; 0 is a 0-hit';
comment on column spans.retrieval_top_score is 'best score among the documents retrieved';
comment on column spans.retrieval_documents is 'documents retrieved, with their scores';
comment on column spans.citations is 'ids of the documents the answer cites';
comment on column spans.guardrail_category is 'policy category a guardrail judged';
comment on column spans.guardrail_action is 'allow, block, mask or flag';
comment on column spans.guardrail_score is 'score of the guardrail';
comment on column spans.idempotency_key is 'the same key must have one effect';
comment on column spans.tenant is 'customer organisation';
comment on column spans."user" is 'end user';
comment on column spans.session is 'conversation or session';
comment on column spans.region is 'region';
comment on column spans.locale is 'locale of the user, such as ko-KR';
comment on column spans.client is 'client application';
comment on column spans.prompt_version is 'version of the prompt';
comment on column spans.app_version is 'version of the application';
comment on column spans.index_version is 'version of the retrieval index';
comment on column spans.arm is 'stable, canary or shadow';
comment on column spans.scores is 'feedback and evaluations of the span';
comment on column spans.attributes is 'every other field of the record, and values of the wrong type';
comment on column spans.source_file is 'file of the record, relative to the SOURCE it came from';
comment on column spans.source_line is 'line of the record in that file (blank lines counted), else its number';
comment on column spans.format is 'format the file was read as';
