"""The notebooks there are, and the parameters each takes: read from the files, so that the folder is the list."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from retroburn import assets
from retroburn.errors import UsageError, did_you_mean

_TYPES: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "list[str]": list[str]}


@dataclass(frozen=True)
class Parameter:
    """One line of the cell tagged `parameters`: `name: type = default  # what it means`."""

    name: str
    type: str
    default: Any
    help: str

    def read(self, given: Any) -> Any:
        """A value as the notebook wants it. Text from the command line is read as the type; raises UsageError."""
        adapter = TypeAdapter(_TYPES[self.type])
        try:
            if isinstance(given, str) and self.type == "list[str]":
                return [part.strip() for part in given.split(",") if part.strip()]
            if isinstance(given, str) and self.type != "str":
                return adapter.validate_strings(given)
            return adapter.validate_python(given, strict=True)
        except ValidationError:
            raise UsageError(
                f"-p {self.name}={given}: should be {_ARTICLES[self.type]}. {self.help}".rstrip()
            ) from None


_ARTICLES = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list[str]": "a list of texts with commas between",
}


@dataclass(frozen=True)
class Notebook:
    """One report: its file, what it is called, the question it answers, its parameters."""

    path: Path
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    draft: bool = False
    """Whether people write into its Markdown: then a later run leaves alone what they wrote."""

    @property
    def name(self) -> str:
        """The file's stem: NAME of `retroburn report NAME`."""
        return self.path.stem

    def read(self, given: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
        """All values to run it with; raises UsageError for one that it does not take or that has another type."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise UsageError(f"-p {name}: {self.name} has no such parameter. {did_you_mean(name, known)}")
            if name == "source":
                raise UsageError("-p source: name the logs as SOURCE, after the report's name.")
        values = {name: _literal(flag) for name, flag in flags.items() if flag is not None and name in known}
        return values | {name: known[name].read(one) for name, one in given.items()}


def _literal(flag: Any) -> Any:
    """A flag's value as it can be written into a cell."""
    if isinstance(flag, str | int | float):
        return flag
    return [str(one) for one in flag] if isinstance(flag, list | tuple) else str(flag)


def available() -> list[Notebook]:
    """Every report: the notebooks that have a question in their metadata. Without one a notebook only explores."""
    found = [load(path) for path in sorted(assets.folder("notebooks").glob("*.ipynb"))]
    return [notebook for notebook in found if notebook.question]


def find(name: str) -> Notebook:
    """The notebook of a name, also one that only explores; raises UsageError with the nearest report."""
    path = assets.folder("notebooks") / f"{name}.ipynb"
    if name not in {known.stem for known in path.parent.glob("*.ipynb")}:
        names = [notebook.name for notebook in available()]
        raise UsageError(f"report {name}: there is no such report. {did_you_mean(name, names)}")
    return load(path)


def load(path: Path) -> Notebook:
    """Reads the metadata and the parameters cell of a notebook; a file that is none of ours raises ValueError."""
    content = json.loads(path.read_text(encoding="utf-8"))
    about = content["metadata"].get("retroburn", {})
    cells = [cell for cell in content["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    found = tuple(parameters("".join(cells[0]["source"]))) if cells else ()
    return Notebook(path, about.get("title", path.stem), about.get("question", ""), found, about.get("draft", False))


def parameters(cell: str) -> list[Parameter]:
    """The typed assignments of a parameters cell. An assignment without one of our types raises ValueError."""
    helps = _comments(cell)
    found = []
    for node in ast.parse(cell).body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
            raise ValueError(f"line {node.lineno} of the parameters cell is not `name: type = default`")
        kind = ast.unparse(node.annotation)
        if kind not in _TYPES:
            raise ValueError(f"{node.target.id}: {kind} is not one of {', '.join(_TYPES)}")
        found.append(Parameter(node.target.id, kind, ast.literal_eval(node.value), helps.get(node.lineno, "")))
    return found


def _comments(cell: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(cell).readline)
    return {token.start[0]: re.sub(r"^#\s*", "", token.string) for token in tokens if token.type == tokenize.COMMENT}
