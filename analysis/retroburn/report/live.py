"""`--live`: charts on the page to hover and zoom. Still one file, offline; its script is named in the policy.

The script is Vega, as vl-convert brings it, and twenty lines of ours. It interprets the charts' expressions and
compiles none, so the policy needs no `unsafe-eval`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retroburn import charts
from retroburn.report import tell
from retroburn.report.bundle import Bundle
from retroburn.report.numbers import Speech

MOST_BYTES = 3_000_000
"""A page with forty live findings stays below this: a megabyte of Vega, and a few hundred points a chart."""
_ROLES = {
    charts.SEEN: "--ink",
    charts.USUAL: "--usual",
    charts.MARK: "--mark",
    charts.SHADE: "--shade",
    charts.GRID: "--line",
    charts.TEXT: "--soft",
}


@dataclass(frozen=True)
class Live:
    """What goes into the page: the charts as data, and the script with its hash for the policy."""

    data: str
    script: str

    @property
    def source(self) -> str:
        """The script as the policy names it."""
        return f"'sha256-{base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()}'"


@cache
def _script() -> str:
    import vl_convert

    ours = (Path(__file__).parent / "templates" / "live.js").read_text(encoding="utf-8")
    made = str(vl_convert.javascript_bundle(ours))
    if "</script" in made.lower() or "<!--" in made:
        raise ValueError("the script of Vega would end its own element")
    return made


def of(bundle: Bundle, speech: Speech) -> Live:
    """The live charts of a bundle. What they hold was masked when it was made; here it is only numbers and times."""
    import vl_convert

    made = {}
    for finding in bundle.findings:
        if finding.series:
            words = (speech.t("live_at"), tell.measure(finding, speech), speech.t("baseline"))
            chart = charts.live(finding, speech.shift(finding.start), words).to_dict()
            # compiled here: a browser would do it anew each time, and complain of scales that two layers share
            made[finding.id] = vl_convert.vegalite_to_vega(chart)
    text = json.dumps({"roles": _ROLES, "charts": made}, ensure_ascii=False, separators=(",", ":"))
    # no sign that could end the element, or begin another
    return Live(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"), _script())
