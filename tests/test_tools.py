"""The scripts behind the Makefile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools import demo, setup


def finding(name: str, severity: str, requests: int | None, cost: float | None = None) -> dict[str, Any]:
    impact = {"requests": requests, "cost_usd": cost}
    return {"id": name, "severity": severity, "title": name, "summary": f"about {name}", "impact": impact}


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


def test_the_gravest_come_by_severity_then_requests_then_money() -> None:
    found = [
        finding("many but low", "low", 9_000),
        finding("few", "high", 3, 1.0),
        finding("few and dear", "high", 3, 8.0),
        finding("most", "high", 40),
        finding("critical", "critical", 1),
    ]
    assert names(demo.gravest(found, 4)) == ["critical", "most", "few and dear", "few"]


def test_an_impact_that_could_not_be_told_ranks_behind_a_known_one() -> None:
    assert names(demo.gravest([finding("unknown", "high", None), finding("known", "high", 1)])) == ["known", "unknown"]


def test_the_demo_ends_with_the_pages_and_each_finding_once(tmp_path: Path) -> None:
    for report in demo.REPORTS:
        (tmp_path / report).mkdir()
        document = {"findings": [finding("both reports have me", "high", 5)]}
        (tmp_path / report / "findings.json").write_text(json.dumps(document))
    told = demo.summary(tmp_path)
    assert str(tmp_path / "weekly" / "weekly.html") in told
    assert str(tmp_path / "incident" / "incident.html") in told
    assert told.count("both reports have me\n") == 1
    assert "about both reports have me" in told
    assert "The gravest of 1 findings:" in told


def test_an_index_in_the_environment_stands_above_one_in_a_file() -> None:
    listing = "\n".join([":env:.index-url='https://b.example/simple'", "global.index-url='https://a.example/simple'"])
    assert setup.pip_settings(listing)["index-url"] == "https://b.example/simple"


def test_uv_is_told_the_index_and_the_certificates_of_pip() -> None:
    env = setup.uv_environment({}, {"index-url": "https://a.example/simple", "cert": "/ca.pem"})
    assert env["UV_DEFAULT_INDEX"] == "https://a.example/simple"
    assert env["SSL_CERT_FILE"] == "/ca.pem"
    assert setup.other_index(env)


def test_an_index_set_for_uv_itself_is_kept() -> None:
    env = setup.uv_environment({"UV_DEFAULT_INDEX": "https://mine.example/simple"}, {"index-url": "https://a.example"})
    assert env["UV_DEFAULT_INDEX"] == "https://mine.example/simple"


def test_without_an_index_the_lock_is_taken_as_it_is() -> None:
    assert not setup.other_index(setup.uv_environment({}, {"find-links": "/wheels"}))
    assert not setup.other_index({"UV_DEFAULT_INDEX": "https://pypi.org/simple/"})
