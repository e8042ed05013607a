"""The list of questions and the search in a browser: found by keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SCREENS, faults_in, faults_of, new_page, watch

pytestmark = pytest.mark.browser
PATHS = [
    "/questions?driver=chip_access&sort=-moved",
    "/questions?q=%EF%BE%93%EF%BE%83%EF%BE%9E%EF%BE%99&as_of=2025-06-30",
    "/questions?q=nothing-has-this",
    "/search?q=%E8%A6%8F%E5%88%B6",
]
QUESTION = "Will the US Commerce Department publish DeepSeek on the Entity List"


@SCREENS
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, address, path, language, scheme, width):
    assert faults_of(browser, address + path, language, scheme, width) == []


def test_the_list_changes_while_one_types_and_the_address_says_what_is_shown(browser, address):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(f"{address}/questions")
    page.locator(".filters input[name=q]").press_sequentially("ｅｎｔｉｔｙ　ｌｉｓｔ")
    page.locator("#results .title").get_by_text(QUESTION).wait_for()
    page.wait_for_url("**/questions?q=*")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    shown = page.locator("#results .title a").all_inner_texts()
    page.reload()

    assert page.locator("#results .title a").all_inner_texts() == shown
    assert "status=" not in page.url
    assert told == []
    assert faults_in(page, "light", 1280) == []
    page.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_found_by_keyboard_alone(browser, address, scripts):
    context = browser.new_context(java_script_enabled=scripts, locale="en")
    page = context.new_page()
    page.goto(f"{address}/questions")
    for _ in range(30):  # to the field of words, past the header
        page.keyboard.press("Tab")
        if page.locator(".filters input[name=q]:focus").count():
            break
    page.keyboard.type("Ｅｎｔｉｔｙ Ｌｉｓｔ")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.locator("#results .title").get_by_text(QUESTION).wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(".title a:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/entity-list-deepseek-2026")

    assert QUESTION in page.locator("h1").inner_text()
    context.close()


def test_the_search_of_the_header_finds_in_japanese_without_scripts(browser, address):
    context = browser.new_context(java_script_enabled=False, locale="ja")
    page = context.new_page()
    page.goto(f"{address}/sources")
    page.locator("#find").fill("ﾓﾃﾞﾙ")
    page.keyboard.press("Enter")
    page.locator(".findings mark").first.wait_for()

    assert "/search?q=" in page.url
    context.close()
