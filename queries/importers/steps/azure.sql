/*
title: records of Azure, opened
summary: >
  The fields of a record and those of its `properties`, which may be an object or the text of one, however each is spelled.
*/
with
listed as (
    select
        *,
        azure_fields(body) as spelled
    from records
),
told as (
    select
        * exclude (spelled),
        azure_apart(spelled) as fields
    from listed
),
beneath as (
    select
        *,
        azure_fields(json_object_leaf(parsed_text(list_filter(fields, lambda f: f.p = 'properties')[1].v))) as spelled
    from told
)
select
    * exclude (spelled),
    azure_apart(spelled) as properties
from beneath
