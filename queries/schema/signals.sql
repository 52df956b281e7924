/*
title: signals
summary: one fact about one span, without judgement
*/
create or replace table signals (
    id varchar not null,
    trace_id varchar not null,
    kind varchar not null,
    confidence double not null,
    reason varchar
);
comment on column signals.id is 'id of the span';
comment on column signals.trace_id is 'trace of the span';
comment on column signals.kind is 'kind of finding that this is a case of';
comment on column signals.confidence is '0 to 1; from 0.5 on more likely than not, and counted in rates';
comment on column signals.reason is 'why, in short words';
