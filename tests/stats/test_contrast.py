"""The search over slices: its counts, its multiplicity, and what it takes for the same."""

from __future__ import annotations

import numpy as np

from retroburn.stats.contrast import Column, Counts, Table, Term, aliases, best, chance, gain, lattice


def table(seed: int, bad_where: tuple[int, int] | None = None, n: int = 4000) -> Table:
    draw = np.random.default_rng(seed)
    codes = draw.integers(1, 5, (3, n)).astype(np.int16)
    rate = np.full(n, 0.03)
    if bad_where:
        rate[(codes[0] == bad_where[0]) & (codes[1] == bad_where[1])] = 0.4
    bad = draw.random(n) < rate
    columns = [Column(name, ("p", "q", "r", "s"), 4) for name in ("a", "b")]
    number = Column("size", (10.0, 20.0, 30.0), 6, numeric=True)
    return Table((*columns, number), (codes[:, bad], codes[:, ~bad]), (1.0, 1.0))


def test_terms_of_a_number_count_what_lies_above_and_below_each_edge() -> None:
    number = Column("size", (10.0, 20.0), 4, numeric=True)
    spread = number.spread(np.array([7, 1, 2, 4]), 0)  # unknown, below 10, 10 to 20, from 20 on
    assert dict(zip([(t.is_, t.content) for t in number.terms], spread.tolist(), strict=True)) == {
        (">=", 10.0): 6, (">=", 20.0): 4, ("<", 10.0): 1, ("<", 20.0): 3,
    }  # fmt: skip


def test_counts_by_term_are_those_of_the_rows_each_term_holds() -> None:
    made = table(1)
    for i, column in enumerate(made.columns):
        counts = made.counts(i)
        for at, term in enumerate(column.terms):
            inside = made.within([term]).total
            assert (counts.n[at], counts.bad[at]) == (inside.n, inside.bad)
            assert inside.n + made.without([term]).total.n == made.total.n


def test_the_planted_pair_is_the_best() -> None:
    assert set(best(table(2, (2, 3)))) == {Term("a", "=", "q"), Term("b", "=", "r")}


def test_the_best_of_pure_noise_is_within_what_chance_gives() -> None:
    made = [table(seed) for seed in range(40)]
    depths = [(one, terms) for one in made if (terms := best(one))]
    told = [
        chance(float(gain(one.within(terms).total, one.total, False)), len(terms), lattice(one.columns))
        for one, terms in depths
    ]
    assert sum(q <= 0.05 for q in told) <= 4


def test_the_lattice_counts_slices_of_one_two_and_three_fields() -> None:
    columns = [
        Column("a", ("x",), 2),
        Column("b", ("x",), 3),
        Column("c", ("x",), 5),
        Column("u", ("x",), 90, alone=True),
    ]
    assert lattice(columns) == [100.0, 2 * 3 + 2 * 5 + 3 * 5, 30.0]


def test_a_slice_that_holds_the_same_rows_is_another_name() -> None:
    made = table(3)
    twin = Table(
        (*made.columns, Column("c", ("P", "Q", "R", "S"), 4)), tuple(np.vstack([p, p[0]]) for p in made.parts), (1, 1)
    )
    assert aliases(twin, (Term("a", "=", "q"),)) == [(Term("c", "=", "Q"),)]
    assert (Term("b", "=", "r"), Term("c", "=", "Q")) in aliases(twin, (Term("a", "=", "q"), Term("b", "=", "r")))


def test_a_slice_that_was_always_worse_gains_nothing_against_its_past() -> None:
    same = Counts(np.float64(1000), np.float64(100), np.float64(1000), np.float64(100))
    total = Counts(np.float64(5000), np.float64(180), np.float64(5000), np.float64(180))
    assert gain(same, total, True) == 0
    worse = same._replace(bad=np.float64(400))
    assert gain(worse, total._replace(bad=np.float64(480)), True) > 20
