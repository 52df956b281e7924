"""From plain bytes that are no JSON lines to records: JSON texts with their numbers, in batches."""

from __future__ import annotations

import codecs
import csv
import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any

from retroburn.engine import Engine
from retroburn.intake import repair, spelled
from retroburn.intake.shape import PAGE, delimiter

_BATCH = 4096
NO_OBJECT = "not an object"
# characters of a file at a time; a JSON text that was cut tells so within as many of its end as its longest word has
LONG, _LONGEST_WORD = 8 << 20, 16
# what pandas calls the index that it wrote as a column without a name
_INDEX = "Unnamed: 0"
_SPACE = re.compile(r"[\s,]*")
# a string is matched to be passed over
_BRACKETS, _CLOSED_BY = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL), {"{": "}", "[": "]"}
# what stands between strings: met inside of several, the quotes of a text were told the wrong way round from some place
_BETWEEN, _MISPAIRED = re.compile(r'"[\s{}\[\]]*[:,][\s{}\[\],:]*"'), 2
_FOLLOWS, _FIRST_KEY = re.compile(r'\s*(?:,?\s*\{\s*["}]|\]|\Z)'), re.compile(r'\{\s*("(?:[^"\\]|\\.)*")\s*:')
_CELL = re.compile(r"\s*[\[{]")
# how a column of numbers says that one is missing; a string is matched to be passed over
_MISSING = re.compile(r'("(?:[^"\\]|\\.)*")|NaN')
# a number as JSON has it: 007 and +1 are words
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\Z")
# one with a decimal comma, and with points between its thousands
_WITH_COMMA = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
_SURELY_DECIMAL = re.compile(r"-?(0,\d+|[\d.]*\d,(\d{1,2}|\d{4,}))")
# lines by which a table is known
_LOOK = 200


@dataclass(frozen=True)
class Record:
    """One record: its number, its JSON text, or the reason why it is none (then `text` is what stood there)."""

    number: int
    text: bytes
    reason: str | None = None


class Window:
    """The text of a file from some place on: as much of it as one document takes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text, self.ended = "", False

    def more(self, place: int) -> int:
        """Reads on, as much again as is there or more. What stands before `place` goes, but for blanks of its line.

        Gives where the place is then.
        """
        raw = self._file.read(max(LONG, len(self.text) - place))
        self.ended = not raw
        read = self._decoder.decode(raw, final=self.ended).replace("\0", "")
        begins = self.text.rfind("\n", 0, place)
        kept = begins if begins >= 0 and self.text[begins:place].isspace() else place
        self.text = self.text[kept:] + read
        return place - kept


def documents(path: Path) -> Iterator[Record]:
    """The elements of a JSON array, or JSON documents one after the other, pretty-printed or not."""
    with path.open("rb") as file:
        yield from elements(file)


def elements(file: IO[bytes]) -> Iterator[Record]:
    """The same of an open file."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    window = Window(file)
    place = number = 0
    while True:
        place = skip(window.text, place)
        if place < len(window.text) and window.text[place] in "[]":  # the elements of an array are the records
            place += 1
        elif place < len(window.text):
            number += 1
            record, place = document(window, place, number)
            yield record
        elif window.ended:
            return
        else:
            place = window.more(place)


class TooLongError(Exception):
    """A document has more characters than were asked for; it begins at `place`, since the window may have moved on."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


def document(window: Window, place: int, number: int, most: int | None = None) -> tuple[Record, int]:
    """The document that begins at a place, and where it ends (the window may have moved on).

    Raises TooLongError where it has more than `most` characters.
    """
    while True:
        text = window.text
        try:
            value, end = repair.DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            if not window.ended and _may_go_on(error, text):
                if most is not None and len(text) - place >= most:
                    raise TooLongError(place) from None
                place = window.more(place)
                continue
            return broken(window, place, number, isinstance(error, ValueError))
        # a number at the end of what was read may have more digits
        if end < len(text) or window.ended or isinstance(value, dict):
            piece = text[place:end]
            if isinstance(value, dict):
                return Record(number, repair.clean(piece).encode()), end
            return Record(number, piece.encode("utf-8", "replace"), NO_OBJECT), end
        place = window.more(place)


def _may_go_on(error: Exception, text: str) -> bool:
    """Whether a document is broken only because no more of it was read."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos > len(text) - _LONGEST_WORD


def broken(window: Window, place: int, number: int, is_value: bool) -> tuple[Record, int]:
    """A document that cannot be read, to where reading can go on."""
    while (end := resume(window.text, place)) is None and not window.ended:
        place = window.more(place)
    early = end is None and is_value
    end = len(window.text) if end is None else end
    return Record(number, window.text[place:end].encode(), "not JSON: ends early" if early else "not JSON"), end


def skip(text: str, place: int) -> int:
    """The next place that is no blank and no comma."""
    match = _SPACE.match(text, place)
    return match.end() if match else place


def resume(text: str, place: int) -> int | None:
    """Where reading can go on after a broken document: where its brackets close, or where one begins as it began."""
    closed = _closed(text, place)
    begins = PAGE.pattern  # the records of a page begin lines too
    if not PAGE.match(text, place):
        before = text[text.rfind("\n", 0, place) + 1 : place]
        indent = len(before) - len(before.rstrip(" \t"))
        begins = rf"[ \t]{{{indent}}}\{{"
    line = re.compile(rf"\n{begins}", re.MULTILINE).search(text, place + 1, len(text) if closed is None else closed)
    return line.start() + 1 if line else closed or _alike(text, place)


def _closed(text: str, place: int) -> int | None:
    """Where the brackets of a broken document close, if another one or the end of the list follows."""
    if text[place] != "{":
        return None
    open_ones: list[str] = []
    mispaired = 0
    for found in _BRACKETS.finditer(text, place):
        mispaired += _BETWEEN.fullmatch(found[0]) is not None
        if mispaired >= _MISPAIRED:
            return None
        if found[0] in _CLOSED_BY:
            open_ones.append(_CLOSED_BY[found[0]])
        elif len(found[0]) == 1 and found[0] != open_ones.pop():
            return None
        if not open_ones:
            return found.end() if _FOLLOWS.match(text, found.end()) else None
    return None


def _alike(text: str, place: int) -> int | None:
    """The next object that begins with the same key: brackets tell nothing once a text was cut."""
    begins = _FIRST_KEY.match(text, place)
    again = re.compile(rf"\{{\s*{re.escape(begins[1])}\s*:" if begins else r"(?<=,)\s*\{")
    found = again.search(text, begins.end() if begins else place)
    return found.start() if found else None


def table(path: Path) -> Iterator[Record]:
    """The rows of a CSV file as objects of text; cells that hold JSON are taken as JSON."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = list(islice(file, _LOOK))
        mark = delimiter([line.encode("utf-8", "replace") for line in first]) or ","
        decimal = _decimal_commas(first) if mark == ";" else frozenset()
        file.seek(0)
        rows = csv.reader(_without_nul(file), delimiter=mark)
        header = [name.strip() or _INDEX for name in next(rows, [])]
        for number, row in enumerate(rows, 1):
            if any(row):
                yield _row(number, header, [_pointed(cell) if at in decimal else cell for at, cell in enumerate(row)])


def _decimal_commas(lines: Sequence[str]) -> frozenset[int]:
    """The columns of numbers with a decimal comma: where people write so, semicolons part the cells."""
    whole = lines if len(lines) < _LOOK else lines[:-1]  # a cell may go over several lines
    rows = [row for row in csv.reader(_without_nul(whole), delimiter=";") if row][1:]
    columns = [[cell for cell in column if cell] for column in zip_longest(*rows, fillvalue="")]
    numbers = {at: cells for at, cells in enumerate(columns) if all(map(_WITH_COMMA.fullmatch, cells))}
    # 1,200 alone may be twelve hundred
    sure = any(_SURELY_DECIMAL.fullmatch(cell) for cells in numbers.values() for cell in cells)
    return frozenset(numbers) if sure else frozenset()


def _pointed(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _row(number: int, header: list[str], row: list[str]) -> Record:
    if len(row) > len(header):
        return Record(number, ",".join(row).encode(), "more cells than the header has columns")
    cells = (f"{json.dumps(name)}: {_cell(cell)}" for name, cell in zip(header, row, strict=False))
    return Record(number, ("{" + ", ".join(cells) + "}").encode("utf-8", "replace"))


def _cell(cell: str) -> str:
    """A cell as JSON text; an empty one is null."""
    if cell == "":
        return "null"
    if _CELL.match(cell):
        try:
            json.loads(cell)
        except (ValueError, RecursionError):
            return spelled.as_json(cell) or json.dumps(cell)  # else it looks like JSON and is none: a text
        else:
            return cell
    return json.dumps(cell)


def numbered(records: Iterator[Record], names: Collection[str]) -> Iterator[Record]:
    """The rows of a CSV file with the cells of some columns as numbers, where they spell one: cells have no types."""
    for record in records:
        row = json.loads(record.text) if record.reason is None else {}
        numbers = {name: row[name] for name in names if isinstance(row.get(name), str) and _NUMBER.match(row[name])}
        yield replace(record, text=_with(row, numbers)) if numbers else record


def _with(row: dict[str, Any], numbers: dict[str, str]) -> bytes:
    cells = (f"{json.dumps(name)}: {numbers.get(name) or json.dumps(cell)}" for name, cell in row.items())
    return ("{" + ", ".join(cells) + "}").encode("utf-8", "replace")


def columns(eng: Engine, path: Path) -> Iterator[Record]:
    """The rows of a Parquet file as objects."""
    found = eng.con.cursor().execute(
        "select r.file_row_number + 1, to_json(r.t)::varchar from ("
        "select p.file_row_number, struct_pack(*columns(* exclude (file_row_number))) as t "
        "from read_parquet(?, file_row_number = true, hive_partitioning = false) as p) as r",
        [str(path)],
    )
    while batch := found.fetchmany(_BATCH):
        for number, text in batch:
            yield Record(number, (_MISSING.sub(_as_null, text) if "NaN" in text else text).encode())


def _as_null(found: re.Match[str]) -> str:
    return found[1] or "null"
