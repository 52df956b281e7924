"""Charts are drawn without being held against Vega-Lite's schema each time: here they are."""

from __future__ import annotations

from datetime import timedelta

from retroburn import charts
from retroburn.report import figures
from tests.report.world import FIRST, LAST, opened


def test_every_chart_of_a_page_fits_the_schema():
    found = opened("rich").check().document.findings
    drawn = [charts.finding_chart(finding, timedelta(hours=9)) for finding in found]
    drawn += [charts.drivers(finding.drivers) for finding in found if finding.drivers]
    drawn += [charts.timeline(found, [FIRST], (FIRST, LAST), narrow=narrow) for narrow in (True, False)]
    assert len(drawn) > len(found) + 2
    assert all(chart.to_dict(validate=True)["$schema"] for chart in drawn)


def test_a_drawing_tells_no_time_in_the_zone_of_the_machine_that_drew_it():
    found = opened("rich").check().document.findings
    assert "aria-label" not in figures.svg(charts.timeline(found, [FIRST], (FIRST, LAST)))
