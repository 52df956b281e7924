"""From SOURCE to the tables `spans`, `rejects` and `context`: the one path that every command takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from retroburn import assets, door, header
from retroburn.engine import Engine
from retroburn.errors import SourceError
from retroburn.intake import files, formats, pricing, repair
from retroburn.intake.ledger import Input, Result, Role
from retroburn.intake.lines import Lines, from_texts
from retroburn.intake.merge import merge
from retroburn.intake.options import Options
from retroburn.intake.stage import NOT_JSON, Stage

_SAMPLE = 300


def read(eng: Engine, sources: Sequence[str], options: Options | None = None, role: Role = "source") -> Result:
    """Reads every file of the sources. Leaves `spans`, `rejects` and `context`; for a baseline, in the schema `baseline`.

    Raises SourceError when nothing there is a log, or when every record was rejected.
    """
    reader = _Reader(eng, options or Options(), role)
    eng.con.execute("set TimeZone = ?", [reader.options.tz])
    try:
        return reader.run(files.find(sources))
    finally:
        eng.con.execute("set TimeZone = 'UTC'")


class _Reader:
    """One read: its files, its stage and its ledger."""

    def __init__(self, eng: Engine, options: Options, role: Role) -> None:
        self.eng, self.options, self.role = eng, options, role
        self.schema = "baseline" if role == "baseline" else "main"
        self.stage = Stage(eng, eng.folder / f"spans-{role}")
        self.result = Result()
        self._tables()

    def run(self, found: Sequence[files.File]) -> Result:
        for number, file in enumerate(found):
            self.result.inputs.append(
                Input(path=file.label, role=self.role, sha256=files.sha256(file.path), format="native")
            )
            self.stage.add_file(number, file.label)
        read = {number: Lines(number, file.path) for number, file in enumerate(found)}
        self.stage.load("native", [array for lines in read.values() for array in lines.arrays()])
        self._mend(read)
        self._count()
        self._view()
        pricing.price(self.eng, self.options.config, self.schema)
        return self.result

    def _mend(self, read: dict[int, Lines]) -> None:
        """Lines that were no JSON, each looked at once more; what stays refused goes into `rejects`."""
        if (rejected := self.stage.parts("rejected")) is None:
            return
        self.eng.con.execute(
            f"create or replace table intake.refused as select file, source_line, error_message, output "
            f"from read_parquet('{rejected}') join intake.files on label = source_file"
        )
        for part in Path(self.stage.folder, "day=rejected").iterdir():
            part.unlink()
        mended = []
        for file, line in self.eng.con.execute(
            "select file, source_line from intake.refused where error_message = ? order by all", [NOT_JSON]
        ).fetchall():
            raw = read[file].text(line)
            try:
                texts = repair.records(raw)
                if texts:
                    mended.append(from_texts(file, [line] * len(texts), texts))
            except repair.Refused as reason:
                self._reject(file, line, str(reason), raw.decode("utf-8", "replace"))
        rest = self.eng.con.execute("select * from intake.refused where error_message <> ?", [NOT_JSON]).fetchall()
        for file, line, reason, text in rest:
            self._reject(file, line, reason, text)
        if mended:
            self.stage.load("native", mended)
            if (again := self.stage.parts("rejected")) is not None:
                for label, line, reason, text in self.eng.con.execute(
                    f"select source_file, source_line, error_message, output from read_parquet('{again}')"
                ).fetchall():
                    file = next(n for n, entry in enumerate(self.result.inputs) if entry.path == label)
                    self._reject(file, line, reason, text or "")

    def _reject(self, file: int, line: int, reason: str, text: str) -> None:
        entry = self.result.inputs[file]
        entry.rejected += 1
        self.eng.con.execute(
            f"insert into {self.schema}.rejects values (?, ?, ?, ?)",
            [entry.path, line, reason, door.show(text[:2000].strip(), _SAMPLE)],
        )

    def _count(self) -> None:
        repeats = merge(self.eng, self.stage)
        rows = {}
        if (parts := self.stage.parts()) is not None:
            rows = dict(
                self.eng.con.execute(
                    "select source_file, count(*) from read_parquet(?, hive_partitioning = false) group by all", [parts]
                ).fetchall()
            )
        for entry in self.result.inputs:
            entry.accepted, entry.duplicates = rows.get(entry.path, 0), repeats.get(entry.path, 0)
            entry.records = entry.accepted + entry.duplicates + entry.rejected
        if not any(entry.accepted for entry in self.result.inputs) and any(
            entry.rejected for entry in self.result.inputs
        ):
            reason, n = self.eng.con.execute(
                f"select reason, count(*) as n from {self.schema}.rejects group by all order by n desc, reason limit 1"
            ).fetchall()[0]
            raise SourceError(f"Every record was rejected. The commonest reason: {reason} ({n} records).")

    def _tables(self) -> None:
        self.eng.con.execute(f"create schema if not exists {self.schema}")
        self.eng.con.execute(f"use {self.schema}")
        for name in ("rejects", "context"):
            self.eng.con.execute(f"drop table if exists {name}")
            self.eng.con.execute(header.read(assets.folder("queries") / "schema" / f"{name}.sql").sql)
        self.eng.con.execute("use main")

    def _view(self) -> None:
        """`spans` reads the Parquet files; an empty log gives an empty view of the same shape."""
        parts = self.stage.parts()
        source = "intake.spans" if parts is None else f"read_parquet('{parts}', hive_partitioning = false)"
        names = self.eng.columns("spans", "intake")
        computed = {"start_time": "start as start_time", "end_time": '"end" as end_time'}
        listed = ", ".join(computed.get(name, f'"{name}"') for name in names)
        self.eng.con.execute(f"create or replace view {self.schema}.spans as select {listed} from {source}")


__all__ = ["formats", "read"]
