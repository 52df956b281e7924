/*
title: what the log itself says a model costs
summary: >
  Up to two thousand spans a model that carry both tokens and a cost, chosen by a hash of their ids: the same ones in
  every run. Only models that some span needs a price for, and that no price list knows.
*/
select
    model,
    greatest(input_tokens - coalesce(cache_read_tokens, 0), 0)::double as fresh_tokens,
    coalesce(cache_read_tokens, 0)::double as cached_tokens,
    coalesce(output_tokens, 0)::double as output_tokens,
    cost_usd::double as cost_usd
from $spans
where cost_usd > 0 and input_tokens is not null and list_contains($models, model)
qualify row_number() over (partition by model order by hash(id), id) <= 2000
order by model, hash(id), id
