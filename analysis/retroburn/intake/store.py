"""A store: Parquet files in the order of days, what was rejected, and a manifest that says which files count.

A reader looks only at what the manifest lists, and the manifest is replaced in one step after the files it lists are
there. So a run that is cut off leaves the store as it was, and anything that reads Parquet can read it. Files that are
no longer listed go when nobody reads the store.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from retroburn.errors import SourceError, UsageError
from retroburn.intake.ledger import Input
from retroburn.intake.stage import TABLE_FOLDER, WAITING

MANIFEST, LOCK, READERS = "manifest.json", ".retroburn.lock", ".retroburn.readers"
# every name that a run makes has one of these in it
_OURS = re.compile("[0-9a-f]{32}")
SCHEMA = "retroburn.store/1"
TABLES = ("rejects", "context")


class Manifest(BaseModel):
    """What a store holds: its parts by path within it, and the ledger of every file that was imported."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    parts: list[str] = Field(default_factory=list)
    inputs: list[Input] = Field(default_factory=list)
    partial: list[str] = Field(default_factory=list)
    tables: dict[str, str] = Field(default_factory=dict)
    """Name of a table → its file: a new one with every import, so that a run that is cut off changes none."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Hash of a file → the version of the importer that read it."""

    def table(self, name: str) -> str:
        """The file of a table, by path within the store."""
        return self.tables.get(name, f"{TABLE_FOLDER}/{name}.parquet")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps others from writing into a store inside the block; they wait. A process that dies lets go of it."""
    with (folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Keeps the files of a store where they are inside the block, whatever others write into it meanwhile."""
    with ExitStack() as stack:
        # no lock: a store that cannot be locked is one that nobody here writes to
        with suppress(OSError):
            fcntl.flock(stack.enter_context((folder / READERS).open("rb")), fcntl.LOCK_SH)
        yield


def open_store(folder: Path) -> Manifest:
    """The manifest of a store. Raises SourceError when it cannot be read or a part is missing."""
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SourceError(
            f"{path}: the store cannot be read ({type(error).__name__}). Import the logs again."
        ) from None
    missing = [part for part in manifest.parts if not (folder / part).is_file()]
    if missing:
        raise SourceError(f"{folder}: the store lacks {missing[0]}. Import the logs again.")
    return manifest


def prepare(folder: Path) -> Manifest:
    """The manifest of a store to write into: of the one that is there, or of a new one."""
    if (folder / MANIFEST).exists():
        return open_store(folder)
    # a lock without a manifest: the first run was cut off
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / LOCK).exists())):
        raise UsageError(f"--store {folder}: there is something else there. Name a new folder or a store.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"--store {folder}: cannot be written ({error.strerror}).") from None
    return Manifest()


def link(folder: Path, parts: list[str], stage: Path) -> None:
    """Shows the parts of a store in another folder, without copying them."""
    for part in parts:
        target = stage / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            target.symlink_to((folder / part).resolve())


def publish(stage: Path, folder: Path, manifest: Manifest) -> None:
    """Makes the store hold the files of a stage: new ones are written, then the manifest, then old ones go."""
    (folder / READERS).touch()
    found = sorted(stage.glob("*.parquet"))
    parts = [path.relative_to(stage).as_posix() for path in found]
    for path in found:
        if not path.is_symlink():
            _write(path, folder / path.relative_to(stage))
    tables = {}
    for name in (*TABLES, WAITING):
        if (path := stage / TABLE_FOLDER / f"{name}.parquet").exists():
            tables[name] = f"{TABLE_FOLDER}/{name}-{uuid.uuid4().hex}.parquet"
            _write(path, folder / tables[name])
    updated = manifest.model_copy(update={"parts": parts, "tables": tables})
    temporary = folder / f".{MANIFEST}.{uuid.uuid4().hex}"
    temporary.write_text(updated.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / MANIFEST)
    _sweep(folder, {*parts, *tables.values()})


def _sweep(folder: Path, listed: set[str]) -> None:
    """Removes what earlier runs left, files that were replaced and those of runs that were cut off: if nobody reads."""
    with (folder / READERS).open("rb") as readers:
        try:
            fcntl.flock(readers, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for path in [*folder.glob("*.parquet"), *folder.glob(".*"), *(folder / TABLE_FOLDER).glob("*")]:
            if path.relative_to(folder).as_posix() not in listed and _OURS.search(path.name):
                path.unlink()


def _write(source: Path, target: Path) -> None:
    """Copies a file under a name of its own first: it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        os.link(source, temporary)
    except OSError:  # another file system
        shutil.copyfile(source, temporary)
    temporary.replace(target)
