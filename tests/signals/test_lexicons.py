"""Every entry of every lexicon keeps the promise of its own examples."""

from __future__ import annotations

import duckdb
import pytest

from retroburn import lexicon

EXAMPLES = [
    pytest.param(e.pattern, text, hit, id=f"{e.language}-{e.act}-{'fires' if hit else 'silent'}-{text[:40]}")
    for e in lexicon.entries()
    for hit, texts in ((True, e.matches), (False, e.tempting))
    for text in texts
]


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        yield con


@pytest.mark.parametrize(("pattern", "text", "hit"), EXAMPLES)
def test_a_pattern_is_found_in_its_examples_and_not_in_the_tempting_ones(con, pattern, text, hit):
    query = "select regexp_matches($text, $pattern)"
    assert con.execute(query, {"text": text, "pattern": pattern}).fetchone() == (hit,)


@pytest.mark.parametrize("entry", lexicon.entries(), ids=lambda e: f"{e.language}-{e.act}-{e.means[:30]}")
def test_an_entry_has_examples_of_both_sorts(entry):
    assert entry.matches
    assert entry.tempting
