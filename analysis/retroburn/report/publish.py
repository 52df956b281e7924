"""`retroburn report`: runs a notebook and writes what people read, all of it or nothing.

Written into the folder: `NAME.html`, `NAME.md`, `NAME.ipynb`, `findings.json`, `run.json`, and `evidence/` with the
series behind each finding as CSV.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from retroburn import door
from retroburn.engine.room import Room
from retroburn.errors import UsageError, WriteError, did_you_mean
from retroburn.findings import SEVERITIES, Document
from retroburn.report import checklist, drafts, kept, page, runner, scrub
from retroburn.report import live as moving_charts
from retroburn.report import notebook as notebooks
from retroburn.report.bundle import Bundle, Table, pack_spreads, read
from retroburn.report.numbers import Speech

RUN_SCHEMA = "retroburn.run/1"
Word = Literal["complete", "partial", "failed"]


@dataclass(frozen=True)
class ReportResult:
    """What `run` did: the folder, its files by name, and how it went.

    `exit_code` is 0, or 1 where a finding is at or above `fail_on`, or 3 where a part failed.
    """

    name: str
    folder: Path
    files: dict[str, Path]
    status: Word
    exit_code: int
    reasons: list[str] = field(default_factory=list)
    document: Document | None = None
    kept: list[str] = field(default_factory=list)
    """Files that people wrote into, and that were left alone."""

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.files[f"{self.name}.html"]


def run(  # noqa: PLR0913 - the options of a command
    name: str,
    sources: Sequence[str],
    *,
    out: str | Path | None = None,
    params: Mapping[str, Any] | None = None,
    flags: Mapping[str, Any] | None = None,
    lang: str = "en",
    fail_on: str | None = None,
    timeout: int | None = None,
    live: bool = False,
) -> ReportResult:
    """Runs the report `name` on `sources` and writes it.

    `params` are `-p` values (text is read as the parameter's type), `flags` the flags that choose data under the names
    of `retroburn.open`; `timeout` is in seconds for one cell. What is wrong with any of them is a UsageError before
    anything runs; logs that cannot be read are a SourceError, and nothing is written then.
    """
    notebook = notebooks.find(name)
    if not notebook.question:
        raise UsageError(f"report {name}: is no report but a notebook to work in. Try: retroburn {name}")
    if fail_on is not None and fail_on not in SEVERITIES:
        raise UsageError(f"--fail-on {fail_on}: no such severity. {did_you_mean(fail_on, SEVERITIES)}")
    chosen = {key: value for key, value in (flags or {}).items() if value is not None}
    values = notebook.read(params or {}, {**chosen, "source": sources[0] if len(sources) == 1 else list(sources)})
    Speech(lang, str(values.get("tz") or "UTC"))
    _as_text([*sources, *map(str, chosen.values())])
    if out is not None:
        _writable(Path(out))
    started = datetime.now(UTC)
    with Room() as work:
        try:
            ran = runner.execute(notebook, values | _spooled(sources, work), work, timeout)
        except OSError as stopped:
            raise _unwritten("the folder for temporary files", stopped) from None
        bundle = read(name, ran.parts)
        made = _Made(notebook, values, ran, bundle, lang, started)
        folder = Path(out) if out is not None else _default_folder(name, bundle, started)
        _writable(folder)
        written = drafts.markdown_name(folder, name) if notebook.draft else f"{name}.md"
        files = _place(made.files(written, live), folder)
    kept = [f"{name}.md"] if written != f"{name}.md" else []
    return ReportResult(name, folder, files, made.word, made.exit_code(fail_on), made.reasons, bundle.document, kept)


def _spooled(sources: Sequence[str], work: Path) -> dict[str, Any]:
    """Standard input as a file, where it is a SOURCE: the notebook's process has another one."""
    if "-" not in sources:
        return {}
    with (work / "stdin.jsonl").open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return {"source": [str(work / "stdin.jsonl") if name == "-" else name for name in sources]}


def _default_folder(name: str, bundle: Bundle, started: datetime) -> Path:
    """`retroburn-NAME-DATE`, by the end of its window: now is the newest record, not the machine's clock."""
    end = bundle.period.end or (bundle.document.window.end if bundle.document else None)
    day = Speech(zone=bundle.zone).local(end) if end else started
    return Path(f"retroburn-{name}-{day:%Y-%m-%d}")


def _writable(folder: Path) -> None:
    """Makes the folder and tries it, so that nobody waits for a report that has no place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as stopped:
        why = os.strerror(stopped.errno) if stopped.errno else "no"
        raise UsageError(f"--out {folder.name}: cannot be written ({why}). Name another folder.") from None


class _Made:
    """Everything a run gives, ready to be written."""

    def __init__(
        self,
        notebook: notebooks.Notebook,
        values: Mapping[str, Any],
        ran: runner.Run,
        bundle: Bundle,
        lang: str,
        started: datetime,
    ) -> None:
        self._notebook, self._values, self._ran, self._bundle, self._started = notebook, values, ran, bundle, started
        self._speech = Speech(lang, bundle.zone)
        self.word = _word(bundle, ran)
        self.reasons = _reasons(bundle, ran, self._speech)

    def exit_code(self, fail_on: str | None) -> int:
        if self.word != "complete":
            return 3
        listed = self._bundle.checklist
        if fail_on and listed and listed.not_passed > checklist.MOST_OPEN:
            return 1
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on in SEVERITIES else ()
        return int(any(finding.severity in grave for finding in self._bundle.findings))

    def files(self, markdown: str, moves: bool = False) -> dict[str, bytes]:
        """Every file by its name; run.json last, with the hashes of the others. `markdown` names the Markdown."""
        import nbformat

        bundle = self._bundle
        status = page.Status(self.word, self.reasons, self._started, version("retroburn"))
        record = scrub.notebook(self._ran.notebook, self._values, self.word, self.reasons)
        texts = {
            **written(bundle, self._speech, status, markdown, live=moves),
            f"{self._notebook.name}.ipynb": nbformat.writes(record) + "\n",  # type: ignore[no-untyped-call]
        }
        files = {path: text.encode() for path, text in texts.items()}
        return files | {"run.json": self._run_json(files).encode()}

    def _run_json(self, files: Mapping[str, bytes]) -> str:
        """What ran, with what, how it went: without the machine's paths and without secrets."""
        about = {
            "schema": RUN_SCHEMA,
            "report": self._notebook.name,
            "status": self.word,
            "failed": self.reasons,
            "started": f"{self._started:%Y-%m-%dT%H:%M:%SZ}",
            "seconds": round((datetime.now(UTC) - self._started).total_seconds(), 1),
            "tool": {"version": version("retroburn"), "python": platform.python_version()},
            "lang": self._speech.lang,
            "tz": self._speech.zone,
            "parameters": {name: scrub.value(value) for name, value in self._values.items()},
            "files": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
        }
        return json.dumps(about, indent=2, ensure_ascii=False) + "\n"


def _word(bundle: Bundle, ran: runner.Run) -> Word:
    if bundle.document is None:
        return "failed"
    return "partial" if ran.failures or bundle.document.status == "partial" else "complete"


def _reasons(bundle: Bundle, ran: runner.Run, speech: Speech) -> list[str]:
    """Why a run is not complete, in sentences."""
    reasons = []
    for failure in ran.failures:
        known = {"full", "killed", "memory", "timeout"}
        error = (
            speech.t(f"banner_{failure.sort}", seconds=failure.error)
            if failure.sort in known
            else scrub.text(failure.error)
        )
        reasons.append(speech.t("banner_cell", title=failure.title, error=error))
    document = bundle.document
    reasons += [f"{one.detector}: {one.error}" for one in (document.failed if document else [])]
    if document and document.status == "partial" and not reasons:
        reasons += [
            f"{file.path}: {file.note}" for file in document.inputs if file.note and file.format
        ] or document.health
    return reasons


def written(
    bundle: Bundle, speech: Speech, status: page.Status, markdown: str, *, live: bool = False
) -> dict[str, str]:
    """Every file that a bundle makes, by its name; `verify` makes them once more from the notebook."""
    moving = moving_charts.of(bundle, speech) if live else None
    return {
        f"{bundle.report}.html": page.html(bundle, speech, status, moving),
        markdown: page.markdown(bundle, speech, status),
        "findings.json": findings_json(bundle, status.word),
        **evidence(bundle),
    }


def findings_json(bundle: Bundle, word: str) -> str:
    """findings.json: the document as the check gave it, with the report's period and its comparison beside it."""
    document = bundle.document or Document(tool={"version": version("retroburn")})
    if word != "complete":
        document = document.model_copy(update={"status": "partial"})
    content = json.loads(document.to_json())
    content["report"] = {"name": bundle.report, "period": bundle.period.model_dump(mode="json")}
    if bundle.comparison:
        content["comparison"] = bundle.comparison.model_dump(mode="json")
    if bundle.actions:
        content["actions"] = [item.model_dump(mode="json") for item in bundle.actions]
    if spreads := pack_spreads(document):
        content["spreads"] = spreads
    if bundle.checklist:
        content["checklist"] = bundle.checklist.model_dump(mode="json") | {"not_passed": bundle.checklist.not_passed}
    if bundle.kept:
        content["kept"] = [one.model_dump(mode="json", exclude={"line"}) for one in bundle.kept]
    if bundle.tables:
        content["tables"] = [table.model_dump(mode="json") for table in bundle.tables]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def evidence(bundle: Bundle) -> dict[str, str]:
    """The series behind each finding (time in UTC, rows, bad ones, value, usual value) and each table, one CSV each."""
    series = {f"evidence/{file_name(f.id)}.csv": _csv(f.series) for f in bundle.findings if f.series}
    asked = "".join(f"{json.dumps(one.line, ensure_ascii=False)}\n" for one in bundle.kept)
    questions = {f"evidence/{kept.FILE}": asked} if asked else {}
    return series | {f"evidence/{table.name}.csv": _rows_csv(table) for table in bundle.tables} | questions


def file_name(finding_id: str) -> str:
    """A finding's id as the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", finding_id)


def _rows_csv(table: Table) -> str:
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(table.columns)
    rows.writerows([door.csv(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows)
    return file.getvalue()


def _csv(series: Sequence[Any]) -> str:
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["at", "n", "bad", "value", "usual"])
    rows.writerows([f"{p.at:%Y-%m-%dT%H:%M:%SZ}", p.n, p.bad, p.value, p.usual] for p in series)
    return file.getvalue()


def _place(files: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Writes all files, or none: an earlier report stands until the new one is there whole. Its evidence goes then.

    Raises WriteError where the disk is full.
    """
    with _room(folder) as room:
        for name, content in files.items():
            (room / name).parent.mkdir(exist_ok=True)
            (room / name).write_bytes(content)
        shutil.rmtree(folder / "evidence", ignore_errors=True)
        placed = {name: folder / name for name in files}
        for name, target in placed.items():
            target.parent.mkdir(exist_ok=True)
            (room / name).replace(target)
    return placed


def _as_text(names: Sequence[str]) -> None:
    """Raises UsageError where a name holds bytes that no notebook can: they are no UTF-8."""
    for name in names:
        if not name.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in name):
            spelled = os.fsencode(name).decode("utf-8", "backslashreplace")
            raise UsageError(
                f"{spelled}: the name is no UTF-8, and a notebook cannot hold it. Name its folder, or rename it."
            )


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """A folder beside the files to come, which goes in any case; what cannot be written there is a WriteError."""
    try:
        with tempfile.TemporaryDirectory(prefix=".retroburn-", dir=folder, ignore_cleanup_errors=True) as room:
            yield Path(room)
    except OSError as stopped:
        raise _unwritten(folder.name, stopped) from None


def _unwritten(where: str, stopped: OSError) -> WriteError:
    why = os.strerror(stopped.errno) if stopped.errno else type(stopped).__name__
    return WriteError(f"{where}: the report ran and could not be written ({why}). What was there before still stands.")
