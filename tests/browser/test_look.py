"""The pages in a real browser: nothing missing, nothing refused, nothing wider than the screen."""

import pytest

from api.keys import create_key
from api.workflows.signing_in import make_link
from tests.browser.looking import SCREENS, faults_in, faults_of, new_page
from tests.conftest import NOW

pytestmark = pytest.mark.browser

PATHS = [
    "/questions",
    "/questions/entity-list-deepseek-2026",
    "/questions/garante-final-decision-date",
    "/questions/lmarena-top-cn-end-2025",
    "/sources",
    "/sources/deepseek",
    "/markets",
    "/markets/kalshi",
    "/sign-in",
    "/reports",
    "/methods",
]


def test_what_is_wrong_is_seen(browser):
    page = new_page(browser, "en", "light", 390)
    page.set_content(
        "<style>body { background: black } div { width: 500px }</style>"
        "<p>\u0378</p><img src='data:,'><div>.</div>"
    )
    faults = " ".join(faults_in(page, "light", 390))
    page.close()

    for told in ("508 pixels wide", "paper is", "no font has \u0378", "image-alt"):
        assert told in faults


@SCREENS
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, address, path, language, scheme, width):
    assert faults_of(browser, address + path, language, scheme, width) == []


def test_a_marker_leads_to_its_record_and_back(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + PATHS[1])
    page.locator(".wide .marker").last.click()
    record = page.evaluate("document.querySelector('tr:target').id")

    page.locator(f"#{record} a.wide").click()

    marker = page.evaluate("document.querySelector('.marker:target').getAttribute('href')")
    page.close()
    assert marker == f"#{record}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_operations_works_without_anything_from_elsewhere(browser, address, scheme):
    faults, asked = [], []
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{address}/docs")
    page.locator("#operations .opblock-tag").first.wait_for()
    page.locator("#operations-forecasts-submit_forecast button").first.click()
    page.locator("#operations-forecasts-submit_forecast .try-out__btn").wait_for()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    word = page.evaluate(
        "getComputedStyle(document.querySelector('#operations .opblock-summary-path')).color"
    )
    page.close()

    assert faults == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    lightness = [sum(map(int, color.strip("rgb()").split(",")[:3])) for color in (paper, word)]
    assert (lightness[0] < 3 * 128) is (scheme == "dark")
    assert abs(lightness[0] - lightness[1]) > 3 * 90


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_person_signs_in_makes_a_key_and_signs_out(browser, address, instance, language, width):
    made = instance.writer.do(lambda change: create_key(change, f"{language}{width}", "admin", NOW))
    link = instance.writer.do(lambda change: make_link(change, f"{language}{width}", NOW))
    size = {"width": width, "height": 800}
    page = browser.new_context(viewport=size, locale=language).new_page()

    page.goto(f"{address}/sign-in/link/{link.token}")
    page.locator("main button").click()
    page.locator("input[name=label]").fill("laptop")
    page.locator("form[action='/account/keys'] button").click()
    key = page.locator(".made code").inner_text()
    across = page.evaluate("document.documentElement.scrollWidth")
    listed = page.locator("tbody tr").count()
    page.locator("form[action='/sign-out'] button").click()
    page.goto(f"{address}/account")

    assert key.startswith("kz_") and key != made
    assert (across, listed) == (width, 2)
    assert page.url == f"{address}/sign-in"
    page.context.close()
