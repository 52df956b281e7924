"""Which files a SOURCE means, and what each is called in the ledger."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retroburn.errors import SourceError

_REPORT, _STORE = "findings.json", "manifest.json"
_STORE_MARK = b'"retroburn.store/'


@dataclass(frozen=True)
class File:
    """One file to read. `label` is its path from the last component of its SOURCE on; never absolute."""

    path: Path
    label: str
    named: bool
    """Whether the user named this very file, or it was found in a folder."""

    @property
    def is_stream(self) -> bool:
        """Whether it can be read only once: standard input, a pipe."""
        return self.label == "-" or self.path.is_fifo()

    @property
    def is_store(self) -> bool:
        """Whether it is a folder that `retroburn import` wrote."""
        return self.path.is_dir()


def find(sources: Sequence[str]) -> list[File]:
    """Every file that the sources mean, each once, in the order given and by path within a folder."""
    if not sources:
        raise SourceError("No SOURCE given. Name a file, a folder or a glob of exported logs.")
    seen: set[tuple[int, int]] = set()
    found = []
    for source in sources:
        if source == "-":
            found.append(File(Path("-"), "-", named=True))
            continue
        for file in _expand(source):
            try:
                status = file.path.stat()
            except OSError as error:
                raise SourceError(f"{source}: cannot be read ({error.strerror}).") from None
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                found.append(file)
    return found


def sha256(path: Path) -> str:
    """The hash of a file's bytes as they lie on the disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expand(source: str) -> Iterator[File]:
    path = Path(source)
    if path.is_dir():
        yield from _walk(path)
    elif path.exists():
        yield File(path, _spelled(path.name), named=True)
    else:
        matches = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - a Path takes no absolute pattern
        if not matches:
            raise SourceError(f"{source}: there is no such file or folder.")
        for match in matches:
            yield from (
                _walk(Path(match))
                if Path(match).is_dir()
                else [File(Path(match), _spelled(Path(match).name), named=True)]
            )


def _walk(folder: Path) -> Iterator[File]:
    """Files below a folder, links followed, each real folder once; hidden names and our own output are not read."""
    root = folder.resolve()
    visited: set[str] = set()
    for place, folders, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(place)) in visited:
            folders.clear()
            continue
        visited.add(real)
        if _STORE in names and _STORE_MARK in Path(place, _STORE).read_bytes()[:200]:
            folders.clear()
            yield File(Path(place), _label(root, Path(place)), named=False)
            continue
        # beside findings.json, the folder `evidence` is a part of a report
        ours = {"evidence"} if _REPORT in names else set()
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")) and name not in ours)
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith((".", "_")) and path.is_file():
                yield File(path, _label(root, path), named=False)


def _label(root: Path, path: Path) -> str:
    return _spelled((Path(root.name) / path.relative_to(root)).as_posix())


def _spelled(name: str) -> str:
    """A name as text: bytes in it that are no UTF-8 are shown by their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
