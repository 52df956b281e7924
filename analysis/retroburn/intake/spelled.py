"""Lists and dictionaries as Python spells them: what a data frame's CSV holds in place of JSON."""

from __future__ import annotations

import ast
import json
import re
from datetime import datetime

# what such a text begins with; reading one takes a hundred times its size in memory
_SPELLED, _MOST = re.compile(r"\s*(\[\s*)?\{?\s*('|\"|\{|\[|\}|\]|[A-Za-z_][\w.]*\()"), 2 << 20
# NumPy writes no commas between the elements of a list; a string is matched to be passed over
_APART = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\})\s+(?=\{)""", re.DOTALL)


def as_json(cell: str) -> str | None:
    """The JSON of a list or a dictionary as Python's `repr` spells it; a missing number (`nan`) is null."""
    if len(cell) > _MOST or not _SPELLED.match(cell):
        return None
    try:
        tree = _Values().visit(_parsed(cell.strip()))
        return json.dumps(ast.literal_eval(tree), allow_nan=False)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _parsed(cell: str) -> ast.Expression:
    try:
        return ast.parse(cell, mode="eval")
    except SyntaxError:
        return ast.parse(_APART.sub(lambda found: found[1] or "}, ", cell), mode="eval")


class _Values(ast.NodeTransformer):
    """Takes the names by which pandas spells what is missing for None, and objects for what they are made of."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(None) if node.id in {"nan", "NaN", "NaT"} else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """UUID('…'), Decimal('…') and array([…]) stand for their argument; Document(content='…') for its fields."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "datetime":
            return ast.Constant(_moment(node))
        if len(node.args) == 1:
            argument: ast.expr = self.visit(node.args[0])
            return argument
        if node.args or not all(field.arg for field in node.keywords):
            raise ValueError(f"nobody knows what {name} means")
        names: list[ast.expr | None] = [ast.Constant(field.arg) for field in node.keywords]
        return ast.Dict(names, [self.visit(field.value) for field in node.keywords])


def _moment(node: ast.Call) -> str:
    """The time that `datetime.datetime(…)` spells; of the zones only UTC has one spelling."""
    zones = [ast.unparse(field.value) for field in node.keywords if field.arg == "tzinfo"]
    if any("utc" not in zone.lower() for zone in zones):
        raise ValueError("a zone that cannot be read")
    told = datetime(*(ast.literal_eval(part) for part in node.args))
    return told.isoformat() + ("Z" if zones else "")
