/*
title: span_costs
summary: >
  One row a span that has tokens or a cost. `logged` is what the app wrote; `computed` is tokens times the price of that
  hour; `implied` the same with a price read from the log's own costs; `unknown` has no cost, which is not 0.
*/
create or replace table $schema.span_costs as
with
usage as (
    select
        s.id,
        s.trace_id,
        s.cost_usd,
        s.model,
        s.provider,
        time_bucket(interval 1 hour, s.start) as hour,
        s.input_tokens,
        greatest(
            s.input_tokens - coalesce(s.cache_read_tokens, 0) - coalesce(s.cache_write_tokens, 0), 0
        )::decimal(12, 0) as fresh,
        coalesce(s.cache_read_tokens, 0)::decimal(12, 0) as cache_read,
        coalesce(s.cache_write_tokens, 0)::decimal(12, 0) as cache_write,
        -- a call that failed or made an embedding wrote nothing; any other without output tokens cannot be priced
        coalesce(s.output_tokens, case when s.kind = 'embedding' or s.status <> 'ok' then 0 end)::decimal(12, 0) as output
    from $spans as s
    where s.cost_usd is not null or s.input_tokens is not null or s.output_tokens is not null
),
priced as (
    -- the highest tier that the prompt's length reaches holds for all of its tokens
    select
        u.*,
        p.how,
        try_cast(round(
            u.fresh * p.input + u.cache_read * p.cache_read + u.cache_write * p.cache_write + u.output * p.output, 9
        ) as decimal(18, 9)) as computed_usd
    from usage as u
    asof left join intake.prices as p
        on
            u.cost_usd is null
            and u.model = p.model
            and coalesce(u.provider, '') = p.provider
            and u.hour = p.hour
            and u.input_tokens > p.above
)
select
    id,
    trace_id,
    coalesce(cost_usd, computed_usd) as cost_usd,
    case when cost_usd is not null then 'logged' when computed_usd is not null then how else 'unknown' end as cost_source
from priced
