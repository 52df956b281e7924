"""The pages of findings.json and `--config`, from their pydantic models."""

from __future__ import annotations

import ast
import inspect
import json
import re
import typing
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from retroburn.config import Config
from retroburn.findings import Document
from tools.reference.markdown import cell, table


def models(model: type[BaseModel], seen: list[type[BaseModel]]) -> list[type[BaseModel]]:
    """A model and every model that its fields hold, each once, the outer first."""
    if model not in seen:
        seen.append(model)
        for field in model.model_fields.values():
            for inner in inside(field.annotation):
                models(inner, seen)
    return seen


def inside(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models named in a type, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from inside(argument)


def type_name(annotation: Any) -> str:
    """A type as people write it, without its modules."""
    name = annotation.__name__ if isinstance(annotation, type) and not typing.get_args(annotation) else str(annotation)
    name = re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", name).replace("NoneType", "None")
    # how a value is written stands in the code, and its address is another in every run
    name = re.sub(r"Annotated\[([\w\[\], ]+?), \w+\(.*?\)\]", r"\1", name)
    return re.sub(r"^Optional\[(.*)\]$", r"\1 | None", name)


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """What the string under each field of a model says, those it inherits first."""
    parent = model.__base__
    said = meanings(parent) if parent and parent.__module__ == model.__module__ else {}
    body = typing.cast("ast.ClassDef", ast.parse(inspect.getsource(model)).body[0]).body
    return said | {
        field.target.id: str(meaning.value.value)
        for field, meaning in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(meaning, ast.Expr) and isinstance(meaning.value, ast.Constant)
    }


def fields(model: type[BaseModel]) -> list[str]:
    """The fields of a model that are written out, as a table. Raises ValueError where one has no meaning."""
    said = meanings(model)
    if dumb := [name for name, field in model.model_fields.items() if not (field.exclude or said.get(name))]:
        raise ValueError(f"{model.__name__}: no meaning is written under {', '.join(dumb)}")
    rows = [
        (f"`{field.alias or name}`", f"`{type_name(field.annotation)}`", default(field), said[name])
        for name, field in model.model_fields.items()
        if not field.exclude
    ]
    return table(("field", "type", "default", "meaning"), rows)


def default(field: FieldInfo) -> str:
    """The default of a field; nothing where it must be given."""
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    return "" if isinstance(value, BaseModel) else f"`{json.dumps(value, default=str)}`"


def schema_page(title: str, about: str, root: type[BaseModel]) -> list[str]:
    """A document's models, one section each."""
    lines = [f"# {title}", "", about, ""]
    for model in models(root, []):
        lines += [f"## {model.__name__}", "", cell(model.__doc__ or ""), "", *fields(model)]
    return lines


def findings() -> list[str]:
    """The fields of findings.json, from its models."""
    about = "What `check --json` and every report write. A number that is null could not be told."
    return schema_page("findings.json", about, Document)


def config() -> list[str]:
    """What `--config` may say, from its models."""
    about = "What the TOML file given with `--config` may say. Anything else in it is an error that names the place."
    return schema_page("Settings", about, Config)
