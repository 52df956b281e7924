"""What a log is worth, in plain sentences: what was refused, met before, told twice, or had to be guessed."""

from __future__ import annotations

from collections.abc import Iterator

from retroburn.engine import Engine
from retroburn.intake import formats
from retroburn.intake.ledger import Result


def sentences(eng: Engine, result: Result, schema: str) -> list[str]:
    """One sentence a fact; none for a log with nothing to say about."""
    facts = formats.step("health").sql.replace("$schema", schema)
    [told] = eng.rows(facts)
    return [*_ledger(eng, result, schema), *_content(told), *result.partial]


def _ledger(eng: Engine, result: Result, schema: str) -> Iterator[str]:
    for entry in result.inputs:
        if entry.rejected:
            [(reason, line, n)] = eng.con.execute(
                f"select reason, min(line), count(*) as n from {schema}.rejects where source_file = ? "
                "group by reason order by n desc, reason limit 1",
                [entry.path],
            ).fetchall()
            yield (
                f"{entry.rejected:,} of {entry.records:,} records in {entry.path} were rejected; "
                f"most often: {reason} ({n:,}, first in line {line})."
            )
        if entry.duplicates:
            yield f"{entry.duplicates:,} of {entry.records:,} records in {entry.path} had been met before."
    skipped = [entry.path for entry in result.inputs if entry.format is None]
    if skipped:
        more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
        yield f"{len(skipped)} of {len(result.inputs)} files are no logs: {', '.join(skipped[:3])}{more}."


def _content(told: dict[str, int]) -> Iterator[str]:
    if not told["spans"]:
        yield "There is no span in these logs."
        return
    if told["relative"]:
        yield (
            f"Times begin near 0 on {told['relative']:,} spans: they are taken as seconds counted from "
            "1970-01-01T00:00Z, so dates, weekdays and prices of the day mean nothing there."
        )
    if told["twins"]:
        yield f"{told['twins']:,} spans tell the same as another with a different id: was the log written twice?"
    if told["backwards"]:
        yield f"{told['backwards']:,} spans end before they begin: clocks apart."
    if told["orphans"]:
        yield f"{told['orphans']:,} spans name a parent that is not in the log."
