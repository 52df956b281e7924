"""Each page in a real browser, offline: nothing is asked for, nothing complains, nothing is cut."""

from __future__ import annotations

import pytest

from tests.report.conftest import Make

pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize(
    ("name", "world", "lang"),
    [("weekly", "rich", "en"), ("weekly", "rich", "ko"), ("incident", "rich", "en"), ("weekly", "many", "en")],
)
def test_a_page_opens_offline_without_a_request_a_complaint_or_a_cut(
    browser, make: Make, name: str, world: str, lang: str, width: int, scheme: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    page.goto(make(name, world, lang=lang).page.as_uri())
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 0
    ink, paper = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
    assert (sum(_rgb(ink)) < sum(_rgb(paper))) == (scheme == "light")
    drawn = page.evaluate("getComputedStyle(document.querySelector('svg .s-seen')).stroke")
    assert _rgb(drawn) == _rgb(ink)
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme", "media"), [(1280, "light", "screen"), (400, "dark", "screen"), (688, "dark", "print")]
)
@pytest.mark.parametrize(
    ("name", "world", "lang"), [("weekly", "rich", "en"), ("weekly", "rich", "ko"), ("incident", "rich", "en")]
)
def test_a_page_breaks_no_rule_of_accessibility(
    browser, make: Make, name: str, world: str, lang: str, width: int, scheme: str, media: str
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.emulate_media(media=media)
    page.goto(make(name, world, lang=lang).page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"][:200]) for rule in broken for node in rule["nodes"]] == []
    context.close()


def test_a_policy_of_the_page_stops_what_would_be_put_into_it(browser, make: Make, tmp_path):
    text = make("weekly").page.read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text(text.replace("</main>", "<script>document.title='run'</script></main>"), encoding="utf-8")
    page = browser.new_page()
    page.goto(bad.as_uri())
    assert page.title() != "run"
    page.close()


def _rgb(colour: str) -> list[int]:
    return [int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
