/*
title: what a second effect moved
kinds: [duplicate_execution, race]
sentence:
  en: "Amounts named in their inputs come to {amount}."
  ko: "입력에 적힌 금액은 모두 {amount}입니다."
why: >
  What a tool was told to charge, pay or order stands in its arguments, under a name like amount, total or price. The
  currency is seldom there and is left out.
*/
with named as (
    select try_cast(regexp_extract(
        left(s.input, 4000), '(?i)"(?:amount|total|price|sum|charge)[a-z_]*" ?: ?"?(\d{1,12}(?:\.\d{1,4})?)', 1
    ) as double) as amount
    from (select distinct trace_id, id from hurt where candidate = $hurt) as h
    inner join span_request as m on h.trace_id = m.trace_id and h.id = m.request_id
    inner join signals as g on m.trace_id = g.trace_id and m.id = g.id and g.kind in ('duplicate_execution', 'race')
        and g.confidence >= 0.5
    inner join spans as s on g.trace_id = s.trace_id and g.id = s.id
)
select format('{:,.2f}', sum(amount)) as amount
from named
having sum(amount) > 0
