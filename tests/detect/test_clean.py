"""Documents made fit to leave: numbers are settled before anybody reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from retroburn.detect.clean import clean
from retroburn.findings import Document, Driver, Evidence, Finding, Impact, Measure

TELLING = {"retries": 0.75, "price": 1e-14, "model_mix": -2e-13, "fallback": 3e-12, "traffic": 0.25}


def test_drivers_that_are_nothing_stand_in_one_order_however_threads_added_up() -> None:
    orders = set()
    for factors in permutations(TELLING):
        drivers = [Driver(factor=factor, share=TELLING[factor]) for factor in factors]
        finding = Finding(
            id="f1", key="k", kind="cost_spike", cause="operations", severity="high", title="", summary="",
            start=datetime(2026, 10, 5, tzinfo=UTC), impact=Impact(), measure=Measure(name="cost", unit="usd"),
            drivers=drivers, evidence=Evidence(query="q"),
        )  # fmt: skip
        clean(Document(findings=[finding]))
        orders.add(tuple(driver.factor for driver in finding.drivers))
    assert orders == {("retries", "traffic", "fallback", "model_mix", "price")}
