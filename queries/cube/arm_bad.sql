/*
title: arm bad
summary: marks the cases that are bad by any of the measures named
why: >
  A duration or a cost is bad when nine in ten stable requests of the operation have less; a score when it lies a half of the
  usual spread under the usual.
*/
update cases set bad = found.bad
from (
    with bars as (
        select operation, quantile_cont(slow, 0.9) as slow, quantile_cont(dear, 0.9) as dear
        from arm_cases
        where lower(arm) = 'stable'
        group by operation
    )
    select
        c.id, c.trace_id,
        coalesce(list_contains($measures, 'fails') and c.fails, false)
        or coalesce(list_contains($measures, 'bad_answer') and c.bad_answer, false)
        or coalesce(list_contains($measures, 'slow') and c.slow > b.slow, false)
        or coalesce(list_contains($measures, 'dear') and c.dear > b.dear, false)
        or coalesce(list_contains($measures, 'disliked') and c.disliked > 0.5, false) as bad
    from arm_cases as c
    left join bars as b on c.operation = b.operation
) as found
where cases.id = found.id and cases.trace_id = found.trace_id and cases.era = 1
