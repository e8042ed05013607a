"""One's own account in a real browser: a draft by keyboard, and pages that fit every screen."""

import pytest

from api.keys import create_key
from api.workflows.signing_in import make_link
from tests.browser.looking import SCREENS, faults_in, new_page, watch
from tests.conftest import NOW

pytestmark = pytest.mark.browser

QUESTION = "entity-list-deepseek-2026"


def signed_in(page, address, instance, name):
    instance.writer.do(lambda change: create_key(change, name, "forecaster", NOW))
    link = instance.writer.do(lambda change: make_link(change, name, NOW))
    page.goto(f"{address}/sign-in/link/{link.token}")
    page.locator("main button").click()
    page.wait_for_url("**/account")


@SCREENS
def test_account_and_drafts_fit_the_screen(browser, address, instance, language, scheme, width):
    page = new_page(browser, language, scheme, width)
    told = watch(page)
    signed_in(page, address, instance, f"{language}-{scheme}-{width}")
    faults = faults_in(page, scheme, width)
    page.goto(f"{address}/questions/{QUESTION}")
    page.locator("#own-forecast summary").first.click()
    page.locator("#f-probability").fill("62")
    page.locator("#own-forecast button[value=draft]").click()
    page.wait_for_url("**/account/drafts#content")
    faults += faults_in(page, scheme, width)
    page.close()

    assert faults + told == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_draft_is_saved_and_gone_on_with_by_keyboard(browser, address, instance, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    signed_in(page, address, instance, f"keys-{scripts}")
    page.goto(f"{address}/questions/{QUESTION}")
    page.locator("#own-forecast summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#f-probability").focus()
    page.keyboard.type("41")
    page.locator("#own-forecast button[value=draft]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/drafts#content")
    page.wait_for_load_state()
    page.locator(".drafts .title a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/**")
    kept = page.locator("#f-probability").input_value()
    page.locator("#own-forecast button[value=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/questions/{QUESTION}#own-forecast")
    page.wait_for_load_state()
    page.goto(f"{address}/account")
    said = page.locator(".standing").inner_text()
    page.goto(f"{address}/account/drafts")
    left = page.locator(".drafts").count()
    context.close()

    assert kept == "41" and "41%" in said and left == 0
