"""`--live`: charts to hover and zoom, in one file that needs no network, under a policy that allows no other script."""

from __future__ import annotations

import pytest

from retroburn.report.live import MOST_BYTES
from tests.browser import ARGUMENTS
from tests.report.conftest import Make

playwright = pytest.importorskip("playwright.sync_api")


LABELS = "drawn => [...drawn.querySelectorAll('.role-axis-label text')].map(one => one.textContent).join()"


def test_without_live_a_page_holds_no_script(make: Make):
    assert "<script" not in make("weekly").page.read_text(encoding="utf-8")


def test_a_live_page_names_its_script_in_a_policy_without_eval_and_is_small(make: Make):
    page = make("weekly", "many", live=True).page.read_text(encoding="utf-8")
    policy = page[page.index("Content-Security-Policy") : page.index("<style>")]
    assert "script-src &#39;sha256-" in policy or "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert page.count("data-live=") == 40
    assert len(page.encode()) < MOST_BYTES


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_a_live_page_is_hovered_and_zoomed_offline_without_a_complaint(
    chromium: str, make: Make, scheme: str, width: int
):
    made = make("weekly", live=True)
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        context = opened.new_context(
            color_scheme=scheme,
            offline=True,
            timezone_id="America/New_York",
            viewport={"width": width, "height": 900},
        )
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
        page.goto(made.page.as_uri())
        chart = page.locator(".live .moving svg").first
        chart.scroll_into_view_if_needed()
        known = chart.evaluate(LABELS)
        box = chart.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.move(x + 8, y, steps=4)
        page.wait_for_selector("#vg-tooltip-element.visible")
        told = page.locator("#vg-tooltip-element").inner_text()
        lies = page.locator("#vg-tooltip-element").bounding_box()
        assert lies["x"] >= 0
        assert lies["x"] + lies["width"] <= width
        page.mouse.wheel(0, -400)
        page.wait_for_function(f"known => ({LABELS})(document.querySelector('.live .moving svg')) !== known", arg=known)
        assert "2026-10" in told
        assert page.locator(".live > svg:visible").count() == 0
        assert page.locator(".live .moving").count() == page.locator("[data-live]").count()
        assert said == []
        context.close()
        opened.close()
