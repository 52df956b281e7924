/*
title: findings
summary: one thing that went wrong, as findings.json tells it, flat
*/
create or replace table findings (
    id varchar not null,
    key varchar not null,
    kind varchar not null,
    cause varchar not null,
    severity varchar not null,
    title varchar not null,
    summary varchar not null,
    "from" timestamp not null,
    "to" timestamp,
    "where" json not null,
    from_time timestamp generated always as ("from"),
    to_time timestamp generated always as ("to"),
    slice json generated always as ("where"),
    requests bigint,
    share double,
    users bigint,
    tenants bigint,
    cost_usd double,
    measure varchar not null,
    unit varchar not null,
    baseline double,
    observed double,
    low double,
    high double,
    also json not null,
    drivers json not null,
    examples varchar[] not null,
    query varchar not null,
    params json not null,
    "rows" bigint not null,
    sha256 varchar not null,
    advice varchar not null,
    about varchar
);
comment on column findings.id is 'stable across runs on the same data';
comment on column findings.key is 'kind and where: the same from week to week';
comment on column findings.kind is 'kind of finding';
comment on column findings.cause is 'answers, dependencies, state, operations or inputs';
comment on column findings.severity is 'critical, high, medium, low or info';
comment on column findings.title is 'what went wrong, in a few words';
comment on column findings.summary is 'one or two sentences with the numbers';
comment on column findings."from" is 'its onset, UTC';
comment on column findings."to" is 'its end, UTC; null while it goes on';
comment on column findings."where" is 'smallest slice that explains it: fields and values; empty when the whole traffic is hit';
comment on column findings.from_time is 'from, under a name that SQL does not reserve';
comment on column findings.to_time is 'to, under a name that SQL does not reserve';
comment on column findings.slice is 'where, under a name that SQL does not reserve';
comment on column findings.requests is 'requests hurt; null could not be told';
comment on column findings.share is 'their part of all requests there and then';
comment on column findings.users is 'users hurt; null could not be told';
comment on column findings.tenants is 'tenants hurt; null could not be told';
comment on column findings.cost_usd is 'excess over the usual cost in US dollars; null could not be told';
comment on column findings.measure is 'what was measured';
comment on column findings.unit is 'unit of the measure';
comment on column findings.baseline is 'the usual value; null with nothing to compare with';
comment on column findings.observed is 'the value that was seen';
comment on column findings.low is 'lower end of the 95 % interval of observed';
comment on column findings.high is 'upper end of the 95 % interval of observed';
comment on column findings.also is 'other kinds of which the same rows are a case, each with its measure';
comment on column findings.drivers is 'factors of a change in cost, their shares summing to 1';
comment on column findings.examples is 'ids that are truly hit, the clearest first';
comment on column findings.query is 'query behind the numbers';
comment on column findings.params is 'parameters of that query';
comment on column findings."rows" is 'rows it gave';
comment on column findings.sha256 is 'hash of those rows';
comment on column findings.advice is 'what to do, and how to see that it worked';
comment on column findings.about is 'id of the finding that it speaks of: late_detection is about another';
