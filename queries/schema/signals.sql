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

-- answers that are bad in themselves, whatever users say of them, each with the way that is surest
create or replace view bad_answers as
    select trace_id, id, arg_max(kind, (confidence, kind)) as way
    from signals
    where confidence >= 0.5
        and kind in (
            'empty_answer', 'truncated_answer', 'refusal', 'degenerate_answer', 'malformed_answer', 'no_evidence_answer',
            'unsupported_citation', 'error_as_answer', 'fallback_answer', 'wrong_language'
        )
    group by trace_id, id;

-- requests that are attacks: an answer that declines one is told as the attack alone
create or replace view attacked as
    select distinct r.trace_id, r.request_id
    from signals as s
    inner join span_request as r on s.trace_id = r.trace_id and s.id = r.id
    where s.kind = 'injection_attempts' and s.confidence >= 0.5;

-- every score that has a value, with the request it was given
create or replace view given_scores as
    select m.request_id, m.trace_id, lower(s.score.name) as name, s.score.value as value
    from (select id, trace_id, unnest(scores) as score from spans where scores is not null) as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.score.value is not null;
