"""Small logs of the lab, made once for all tests that only read them."""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from retroburn import lab


@dataclass
class Log:
    folder: Path
    made: lab.Made
    truth: dict
    spans: list[dict]

    def __post_init__(self):
        self.roots = {span["id"]: span for span in self.spans if "parent_id" not in span}
        self.steps = defaultdict(list)
        for span in self.spans:
            if "parent_id" in span:
                self.steps[span["parent_id"]].append(span)

    @property
    def fault(self):
        return self.truth["faults"][0]

    def of(self, request, kind):
        return [span for span in self.steps[request] if span["kind"] == kind]


def read(folder):
    return [
        json.loads(line) for path in sorted(folder.glob("*.gz")) for line in gzip.open(path, "rt", encoding="utf-8")
    ]


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """Makes a log, once for each scenario: planted("refusal.korean", days=5)."""
    known = {}

    def make(scenario, *, seed=4, days=6, requests_per_day=500):
        key = (scenario, seed, days, requests_per_day)
        if key not in known:
            folder = tmp_path_factory.mktemp("lab")
            made = lab.make(folder, scenario, seed=seed, days=days, requests_per_day=requests_per_day)
            known[key] = Log(folder, made, json.loads(made.truth.read_text()), read(made.logs))
        return known[key]

    return make


@pytest.fixture(scope="session")
def clean(planted):
    return planted("clean", days=8, requests_per_day=700)
