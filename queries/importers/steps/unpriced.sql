/*
title: what needs a price
summary: every model, provider and hour with tokens and no logged cost; prices may differ by the hour of the call
*/
select
    model,
    provider,
    time_bucket(interval 1 hour, start) as hour
from $spans
where cost_usd is null and model is not null and (input_tokens is not null or output_tokens is not null)
group by all
order by all
