/*
title: The cost of a call does not follow from its tokens
kind: cost_mismatch
says: >
  The logged cost of a call is not its tokens times the price at which the log books its model: nothing at all, less, more
  than the calls beside it, or cached tokens paid twice. A call that stands in the log twice over, once in each of two
  layers, is paid twice as well.
needs: [cost_usd, input_tokens, output_tokens, model]
thresholds:
  - 0.95 - logged as nothing, where calls of the model cost something
  - 0.9 - less than tokens times price, by more than two hundredths and more than rounding
  - 0.85 - more than that, while calls beside it are booked right - else the price itself rose
  - 0.8 - cached tokens are booked dearer than fresh ones - they were counted twice
  - 0.7 - two overlapping records of one trace with the same model, tokens and cost - one call, billed twice
  - 0.4 - half the price, as it was from the log's beginning - the discount of a batch
why: >
  The price of a model is the one that `[prices]` of --config states, else it is read from the log - the median of what pairs of calls say, from the first three tenths of them
  (200 at least), for faults begin later. Nothing is said of a model whose calls do not follow any price in six of ten
  cases, where its price is not stated. Reasoning tokens may be counted in the output or beside it; either is right.
*/
with calls as (
    select
        s.trace_id, s.id, s.parent_id, s.start, s."end",
        coalesce(s.model, s.model_requested) as model,
        coalesce(s.provider, '') as provider,
        u.cost_usd,
        u.cost_usd::double as cost,
        greatest(s.input_tokens - coalesce(s.cache_read_tokens, 0) - coalesce(s.cache_write_tokens, 0), 0)::double as fresh,
        coalesce(s.cache_read_tokens, 0)::double as cached,
        coalesce(s.cache_write_tokens, 0)::double as written,
        s.output_tokens::double as output,
        coalesce(s.reasoning_tokens, 0)::double as thought,
        hash(s.trace_id, s.id) as dice
    from leaf_usage as u
    inner join spans as s on u.trace_id = s.trace_id and u.id = s.id
    where u.cost_source = 'logged' and s.input_tokens is not null and s.output_tokens is not null
        and coalesce(s.model, s.model_requested) is not null and coalesce(s.status, 'ok') = 'ok'
),
early as (
    select *
    from (
        select *, row_number() over w as place, count(*) over (partition by model, provider) as total
        from calls
        where cost > 0
        window w as (partition by model, provider order by start, id)
    )
    where place <= greatest(200, 0.3 * total)
    qualify row_number() over (partition by model, provider order by dice, id) <= 1500
),
plain_pairs as (
    select
        model, provider, fresh as f1, output as o1, cost as y1,
        lead(fresh) over w as f2, lead(output) over w as o2, lead(cost) over w as y2
    from early
    where cached = 0 and written = 0
    window w as (partition by model, provider order by dice, id)
),
plain_prices as (
    -- two equations for two prices; pairs that say nearly the same twice are left out
    select
        model, provider, count(*) as n,
        greatest(median((y1 * o2 - y2 * o1) / (f1 * o2 - f2 * o1)), 0) as fresh,
        greatest(median((f1 * y2 - f2 * y1) / (f1 * o2 - f2 * o1)), 0) as output
    from plain_pairs
    where abs(f1 * o2 - f2 * o1) > 0.05 * (f1 * o2 + f2 * o1)
    group by model, provider
    having count(*) >= 15
),
triples as (
    select
        model, provider, fresh as f1, cached as c1, output as o1, cost as y1,
        lead(fresh) over w as f2, lead(cached) over w as c2, lead(output) over w as o2, lead(cost) over w as y2,
        lead(fresh, 2) over w as f3, lead(cached, 2) over w as c3, lead(output, 2) over w as o3, lead(cost, 2) over w as y3
    from early
    where written = 0
    window w as (partition by model, provider order by dice, id)
),
solved as (
    select
        *,
        f1 * (c2 * o3 - c3 * o2) - c1 * (f2 * o3 - f3 * o2) + o1 * (f2 * c3 - f3 * c2) as whole,
        abs(f1) * (c2 * o3 + c3 * o2) + c1 * (f2 * o3 + f3 * o2) + o1 * (f2 * c3 + f3 * c2) as size
    from triples
),
cached_prices as (
    -- where every call reads from the cache - three equations for three prices, by Cramer's rule
    select
        model, provider,
        greatest(median((y1 * (c2 * o3 - c3 * o2) - c1 * (y2 * o3 - y3 * o2) + o1 * (y2 * c3 - y3 * c2)) / whole), 0) as fresh,
        greatest(median((f1 * (c2 * y3 - c3 * y2) - c1 * (f2 * y3 - f3 * y2) + y1 * (f2 * c3 - f3 * c2)) / whole), 0) as output
    from solved
    where abs(whole) > 0.01 * size
    group by model, provider
    having count(*) >= 30
),
two_prices as (
    select model, provider, fresh, output from plain_prices
    union all
    select c.model, c.provider, c.fresh, c.output
    from cached_prices as c
    anti join plain_prices as p on c.model = p.model and c.provider = p.provider
),
rounded as (
    -- half a step of the last decimal that is logged
    select
        model, provider,
        case
            when bool_and((cost_usd * 100) % 1 = 0) then 5e-3 when bool_and((cost_usd * 10000) % 1 = 0) then 5e-5
            when bool_and((cost_usd * 100000) % 1 = 0) then 5e-6 when bool_and((cost_usd * 1000000) % 1 = 0) then 5e-7
            else 5e-9
        end as step
    from early
    group by model, provider
),
learnt as (
    select
        e.model, e.provider, any_value(p.fresh) as fresh, any_value(p.output) as output,
        coalesce(median((e.cost - e.fresh * p.fresh - e.output * p.output) / nullif(e.cached, 0))
            filter (where e.cached > 0 and e.written = 0), any_value(p.fresh)) as cached,
        coalesce(median((e.cost - e.fresh * p.fresh - e.output * p.output - e.cached * p.fresh / 10) / nullif(e.written, 0))
            filter (where e.written > 0), any_value(p.fresh)) as written
    from early as e
    inner join two_prices as p on e.model = p.model and e.provider = p.provider
    group by e.model, e.provider
),
stated as (
    select unnest(
        from_json(
            $stated_prices,
            '[{"model": "VARCHAR", "fresh": "DOUBLE", "cached": "DOUBLE", "written": "DOUBLE", "output": "DOUBLE"}]'
        ), recursive := true
    )
),
prices as (
    select
        r.model, r.provider, r.step, s.model is not null as is_stated,
        coalesce(s.fresh, l.fresh) as fresh, coalesce(s.cached, l.cached) as cached,
        coalesce(s.written, l.written) as written, coalesce(s.output, l.output) as output
    from rounded as r
    left join learnt as l on r.model = l.model and r.provider = l.provider
    left join stated as s on r.model = s.model
    where l.model is not null or s.model is not null
),
held as (
    select
        c.*, p.step, p.is_stated, not p.is_stated and p.cached > 1.05 * p.fresh and p.fresh > 0 as doubles,
        c.fresh * p.fresh + c.cached * p.cached + c.written * p.written + c.output * p.output as due,
        c.thought * p.output as more
    from calls as c
    inner join prices as p on c.model = p.model and c.provider = p.provider
),
booked as (
    select
        *,
        cost / nullif(due, 0) as part,
        abs(cost - due) <= 0.02 * due + step or abs(cost - due - more) <= 0.02 * due + step as agrees,
        abs(cost - due / 2) <= 0.01 * due + step as halved
    from held
    where due > 4 * step
),
known as (
    select model, provider, avg(halved::integer) as at_half, avg(agrees::integer) as right_at_first
    from booked
    where (trace_id, id) in (select trace_id, id from early) -- noqa: RF02
    group by model, provider
    having bool_or(is_stated) or (avg(agrees::integer) >= 0.6 and count(*) >= 30)
),
beside as (
    select
        b.*, k.at_half, k.right_at_first,
        least(
            coalesce(avg(b.agrees::integer) over (w rows between 40 preceding and 1 preceding), 1),
            coalesce(avg(b.agrees::integer) over (w rows between 1 following and 40 following), 1)
        ) as others_agree
    from booked as b
    inner join known as k on b.model = k.model and b.provider = k.provider
    window w as (partition by b.model, b.provider order by b.start, b.id)
),
departing as (
    select
        id, trace_id,
        case
            when agrees then case when doubles and cached > 0 then 0.8 end
            when cost = 0 then 0.95
            when halved and at_half between 0.02 and 0.5 then 0.4
            when part < 1 then 0.9
            when others_agree >= 0.06 then 0.85
            -- a price that was right and rose is a dearer price; one that never was right is a wrong one
            when is_stated and right_at_first < 0.1 then 0.85
        end::double as confidence,
        case
            when agrees then 'cached tokens are booked dearer than fresh ones'
            when cost = 0
                then 'logged as nothing, for ' || (fresh + cached + written)::bigint || ' tokens in and ' || output::bigint || ' out'
            else round(part, 2) || ' times what its tokens cost at the price of its model'
        end as reason
    from beside
    where not agrees or (doubles and cached > 0)
),
twice as (
    select b.id, b.trace_id, 0.7::double as confidence, 'billed in a second record of the same call' as reason
    from calls as a
    inner join calls as b
        on a.trace_id = b.trace_id and a.model = b.model and a.cost_usd = b.cost_usd and a.output = b.output
        and a.fresh = b.fresh and a.cached = b.cached
        and (a.start, a.id) < (b.start, b.id) and b.start < a."end"
    where a.output >= 20 and a.cost > 0
)
select id, trace_id, max(confidence) as confidence, arg_max(reason, (confidence, reason)) as reason
from (select * from departing where confidence is not null union all select * from twice)
group by id, trace_id
