"""The first page in a browser, on every screen."""

import pytest

from tests.browser.looking import SCREENS, faults_of, new_page

pytestmark = pytest.mark.browser


@SCREENS
def test_the_first_page_fits_the_screen_and_lacks_nothing(
    browser, address, language, scheme, width
):
    assert faults_of(browser, f"{address}/", language, scheme, width) == []


def test_a_line_of_the_graph_leads_to_its_question_by_keyboard(browser, address):
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/")
    page.locator(".network a[href='/questions/entity-list-deepseek-2026']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/entity-list-deepseek-2026")
    page.close()


def test_on_a_phone_the_graph_is_a_list_of_drivers(browser, address):
    page = new_page(browser, "ja", "dark", 390)
    page.goto(f"{address}/")
    page.locator(".narrow details summary").first.click()

    assert page.locator(".narrow details[open] a").first.is_visible()
    assert not page.locator(".network").is_visible()
    page.close()
