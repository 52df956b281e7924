/*
title: context
summary: one thing that people or other systems knew - a deploy, an alert, a notice
*/
create table context (
    "at" timestamp not null,
    at_time timestamp generated always as ("at"),
    kind varchar not null,
    text varchar,
    ref varchar,
    concerns json,
    source_file varchar not null,
    source_line bigint not null
);
comment on column context."at" is 'when it happened, UTC';
comment on column context.at_time is 'at, under a name that SQL does not reserve';
comment on column context.kind is 'deploy, config, alert, notice, mitigation or resolved';
comment on column context.text is 'what happened, in words';
comment on column context.ref is 'where to read more: a ticket, a commit, an alert';
comment on column context.concerns is 'fields of a span that it concerns, and their values';
comment on column context.source_file is 'file it was read from';
comment on column context.source_line is 'line in that file';
