/*
title: cited
summary: every document that an answer cites, in its list of citations or in brackets in the text, held against what was retrieved
step: 6
needs: [texts]
why: >
  What stands in brackets is a citation when it is a document's name, has the very form of one (letters and signs, digits
  aside), or is a number beside which there are documents. A document's part, page or chunk is the document; a plain number
  is a place in the list of what was retrieved. Only requests that retrieved something of their own, or searched in vain, are
  looked at - what is served from a cache was retrieved at another time.
*/
create or replace table cited as
with searched as (
    select
        m.trace_id, m.request_id,
        max(s.retrieval_hits) as hits,
        coalesce(sum(greatest(s.retrieval_hits, 0)), 0) > coalesce(sum(len(s.retrieval_documents)), 0) as is_partial,
        coalesce(flatten(list(list_transform(s.retrieval_documents, lambda d: lower(trim(d.id))))
            filter (where len(s.retrieval_documents) > 0)), []) as documents
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where s.retrieval_hits is not null or len(s.retrieval_documents) > 0
    group by m.trace_id, m.request_id
),
known as (
    select distinct unnest(documents) as document from searched
),
forms as (
    select distinct regexp_replace(document, '\d+', '0', 'g') as form from known where regexp_matches(document, '[a-z].*\d|\d.*[a-z]')
),
listed as (
    select
        s.trace_id, s.id, m.request_id, lower(trim(unnest(s.citations))) as name, true as is_listed, len(s.citations) as beside
    from spans as s
    inner join span_request as m on s.trace_id = m.trace_id and s.id = m.id
    where len(s.citations) > 0 and coalesce(s.status, 'ok') = 'ok'
),
bracketed as (
    select
        t.trace_id, t.id, m.request_id,
        list_distinct(regexp_extract_all(
            lower(t.answer),
            '(?:^|[^\w\])])[\[【]\^?(?:(?:doc(?:ument)?|source|ref|출처|문서)[ :#]+)?([\w./:#-]{1,80})(?:†[^】]*)?[\]】]', 1
        )) as marks
    from texts as t
    inner join span_request as m on t.trace_id = m.trace_id and t.id = m.id
    semi join searched as s on m.trace_id = s.trace_id and m.request_id = s.request_id
    where t.kind in ('request', 'llm') and t.status = 'ok' and not t.in_json and (contains(t.answer, '[') or contains(t.answer, '【'))
),
marked as (
    select
        trace_id, id, request_id, unnest(marks) as name, false as is_listed,
        len(list_filter(marks, lambda m: regexp_matches(m, '^\d{1,2}$'))) as beside
    from bracketed
),
placed as (
    select
        c.*, s.hits, s.is_partial, s.documents,
        case when regexp_matches(c.name, '^\d{1,3}$') then try_cast(c.name as integer) end as place,
        list_contains(s.documents, c.name) or len(list_filter(s.documents, lambda d:
            (starts_with(c.name, d)
                and regexp_matches(substr(c.name, length(d) + 1), '^(?:[#:/?@|.]|[-_ ](?:chunk|part|page|p|sec)?[-_ ]?\d+$)'))
            or (starts_with(d, c.name)
                and regexp_matches(substr(d, length(c.name) + 1), '^(?:[#:/?@|.]|[-_ ](?:chunk|part|page|p|sec)?[-_ ]?\d+$)'))
            or (length(d) >= 4 and ends_with(c.name, '/' || d)) or (length(c.name) >= 4 and ends_with(d, '/' || c.name))
        )) > 0 as is_retrieved
    from (select * from listed union all select * from marked) as c
    inner join searched as s on c.trace_id = s.trace_id and c.request_id = s.request_id
    where c.name <> ''
)
select
    p.trace_id, p.id, p.request_id, p.name, p.is_listed, p.beside, p.hits, p.is_partial, p.place,
    p.is_retrieved or coalesce(p.place between 0 and greatest(len(p.documents), coalesce(p.hits, 0)), false) as is_supported,
    k.document is not null as is_known,
    f.form is not null as is_of_form
from placed as p
left join known as k on p.name = k.document
left join forms as f on regexp_replace(p.name, '\d+', '0', 'g') = f.form
where p.is_listed or p.is_retrieved or p.place is not null or k.document is not null or f.form is not null;
