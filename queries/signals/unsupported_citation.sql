/*
title: Cites what was not retrieved
kind: unsupported_citation
says: >
  The answer names a document that its request did not retrieve - in the list of citations, or in brackets in the text. A
  document's part, chunk or page is the document, and a plain number is a place in the list of what was retrieved.
needs: [citations | output, retrieval_documents | retrieval_hits]
thresholds:
  - 0.95 - a listed citation that is none of the retrieved documents, all of which are logged
  - 0.9 - a listed citation, and nothing was retrieved (0 hits)
  - 0.85 - a document that the log knows from other requests, in brackets in the text
  - 0.7 - in brackets in the text, a name of the very form (letters and signs, digits aside) of the documents' names in this log
  - 0.6 - a number in brackets beyond the number of documents, beside others within it
  - 0.3 - the log names fewer documents than it counts hits, or the same session retrieved the document before - a hint
  - A request that retrieved nothing itself (served from a cache, or without a search) says nothing
*/
with unknown as (
    select * from cited where not is_supported
),
before as (
    -- what the same session retrieved before
    select distinct u.trace_id, u.id, u.name
    from unknown as u
    inner join request_facts as r on u.trace_id = r.trace_id and u.request_id = r.id
    inner join request_facts as e on r.session = e.session and e.start < r.start
    inner join span_request as m on e.trace_id = m.trace_id and e.id = m.request_id
    inner join spans as s on m.trace_id = s.trace_id and m.id = s.id
    where len(list_filter(s.retrieval_documents, lambda d: lower(trim(d.id)) = u.name)) > 0
),
judged as (
    select
        u.trace_id, u.id, u.name, u.hits,
        case
            when b.name is not null then 0.3
            when u.is_listed and u.hits = 0 then 0.9
            when u.is_partial then case when u.place is null then 0.3 end
            when u.is_listed then 0.95
            when u.is_known then 0.85
            when u.is_of_form then 0.7
            when u.place <= 99 and u.beside > 1 then 0.6
        end as confidence
    from unknown as u
    left join before as b on u.trace_id = b.trace_id and u.id = b.id and u.name = b.name
)
select
    trace_id,
    id,
    max(confidence)::double as confidence,
    case when any_value(hits) = 0 then 'cites with 0 hits: ' else 'cites what was not retrieved: ' end
        || left(arg_max(name, (confidence, name)), 60) as reason
from judged
where confidence is not null
group by trace_id, id
