"""The page of calibration in a real browser: it waits by itself, and its charts come alive."""

import pytest

from tests.browser.looking import SCREENS, faults_of, new_page, watch

pytestmark = pytest.mark.browser

PATHS = ["/calibration", "/calibration?who=prior&by=type", "/calibration?who=people&by=topic"]


@pytest.fixture(scope="module")
def scored(browser, address):
    """Give the address of a server whose voices have been scored: the page waits for that."""
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/calibration")
    page.locator("#answer").wait_for(timeout=600_000)
    page.close()
    return address


@SCREENS
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, scored, path, language, scheme, width):
    assert faults_of(browser, scored + path, language, scheme, width) == []


def test_who_points_at_the_bet_is_told_its_money(browser, scored):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(f"{scored}/calibration")
    holder = page.locator("#money .wide")
    holder.scroll_into_view_if_needed()
    holder.hover()
    holder.locator(".live svg").wait_for()

    holder.locator(".live svg .mark-symbol path").last.hover()
    page.locator("#vg-tooltip-element.visible").wait_for()

    assert "of 1" in page.locator("#vg-tooltip-element").inner_text()
    assert told == []
    page.close()


def test_filters_work_without_scripts(browser, scored):
    page = new_page(browser, "en", "light", 390, java_script_enabled=False)
    page.goto(f"{scored}/calibration")
    page.locator("#who").select_option("prior")

    page.locator(".filters button").press("Enter")

    assert "who=prior" in page.url
    assert "Opening prior" in page.locator("#answer").text_content()
    page.close()
