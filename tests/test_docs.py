"""What the pages for people say must be so: links lead somewhere, commands parse, targets exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from tools import reference
from tools.reference import markdown, queries

ROOT = Path(__file__).resolve().parents[1]
AWAY = {".venv", ".git", "demo", "node_modules", "dist"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not AWAY & set(path.relative_to(ROOT).parts))
README, KOREAN = ROOT / "README.md", ROOT / "README.ko.md"
FOR_PEOPLE = [README, KOREAN, ROOT / "CONTRIBUTING.md"]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]*)\)")
FENCE = re.compile(r"^```(?:bash|console|sh)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path, word: str) -> list[str]:
    """The command lines in a page's fences that start with a word."""
    lines = "\n".join(FENCE.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ").splitlines()
    bare = [line.strip().removeprefix("$ ").removeprefix(".venv/bin/") for line in lines]
    return [line for line in bare if line.startswith(f"{word} ")]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=name)
def test_every_retroburn_command_parses(page: Path) -> None:
    from retroburn import cli

    for line in commands(page, "retroburn"):
        words = shlex.split(line, comments=True)[1:]
        group, path = typer.main.get_command(cli.app), "retroburn"
        while isinstance(group, typer.core.TyperGroup) and words and not words[0].startswith("-"):
            assert words[0] in group.commands, f"{page.name}: {line}: no command {words[0]}"
            group, path, words = group.commands[words[0]], f"{path} {words[0]}", words[1:]
        group.make_context(path, words, resilient_parsing="--help" in words)


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        word for line in commands(page, "make") for word in shlex.split(line, comments=True)[1:] if "=" not in word
    }
    assert named
    assert named <= targets


def test_the_readmes_first_screen_has_the_two_commands() -> None:
    first = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:30])
    assert "make demo" in first
    assert "make test" in first


def code(page: Path) -> list[str]:
    """What a page's fences hold, without the comments, which are in the page's language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*", "", body) for _, body in blocks]


def test_the_korean_readme_is_in_step_with_the_english_one() -> None:
    texts = [page.read_text(encoding="utf-8") for page in (README, KOREAN)]
    assert code(README) == code(KOREAN)
    bare = [text.replace(".ko.png", ".png") for text in texts]  # the same pictures, taken in the page's language
    links = [set(LINK.findall(text)) - {"README.md", "README.ko.md"} for text in bare]
    assert links[0] == links[1]
    for sign in (r"^#+ ", r"^- \*\*", r"!\["):
        assert [len(re.findall(sign, text, re.MULTILINE)) for text in texts[:1]] == [
            len(re.findall(sign, text, re.MULTILINE)) for text in texts[1:]
        ]
    words = set(re.findall(r"`[^`\n]+`", texts[0]))
    assert words <= set(re.findall(r"`[^`\n]+`", texts[1]))


def test_a_page_of_the_reference_that_is_out_of_date_is_shown_as_a_diff(tmp_path: Path) -> None:
    assert any(line.startswith("+# findings.json") for line in reference.stale(tmp_path))


def test_a_cell_of_a_table_cannot_break_the_table() -> None:
    assert markdown.cell("a | b\nc") == "a \\| b c"


def test_every_column_of_every_canonical_table_says_what_it_means() -> None:
    known = queries.canonical()
    assert [f"{table}.{name}" for table, columns in known.items() for name, _, said in columns if not said] == []
