"""Charts are drawn without being held against Vega-Lite's schema each time: here they are."""

from __future__ import annotations

from datetime import timedelta

from retroburn import charts
from retroburn.findings import Point
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


def test_the_counts_below_a_share_stay_in_the_lowest_fifth_however_many_points_were_put_together():
    points = [Point(at=FIRST + timedelta(hours=i), n=40, bad=1, value=0.025) for i in range(700)]
    drawn = charts.share(points, (FIRST, LAST)).to_dict()
    rows = [row for data in drawn["datasets"].values() for row in data]
    most = next(
        layer["encoding"]["y"]["scale"]["domain"][1] for layer in drawn["layer"] if "scale" in layer["encoding"]["y"]
    )
    assert most == 5 * max(row["n"] for row in rows)


def test_a_waterfall_is_told_in_whole_milliseconds_or_in_seconds():
    short, long = (
        figures.svg(charts.waterfall([("1 ask", 0.0, end, False), ("2 find", end / 2, end, False)]))
        for end in (1200.0, 45e3)
    )
    assert ">200 ms<" in short
    assert ">10 s<" in long
    assert "k ms" not in short + long
