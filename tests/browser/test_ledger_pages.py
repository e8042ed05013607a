"""The ledger in a browser, which computes the chain of hashes itself."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SCREENS, faults_in, faults_of, new_page, watch
from tests.conftest import NOW

pytestmark = pytest.mark.browser
PATHS = ["/ledger", "/ledger?kind=resolution", "/ledger/1", "/ledger/181", "/ledger/verification"]
VERDICT = ".verdict"
SIGNED = {"question": "nothing", "resolver": "r", "admin": "a", "reason": "Of every kind."}


@SCREENS
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, address, path, language, scheme, width):
    assert faults_of(browser, address + path, language, scheme, width) == []


def verdict(page, which: str) -> str:
    page.locator(f"[data-verify={which}]").click()
    page.locator(VERDICT, has_text=re.compile("^[✓✗]")).wait_for()
    return page.locator(VERDICT).inner_text()


def test_the_browser_computes_the_whole_chain_anew(browser, address):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(f"{address}/ledger")
    said = verdict(page, "all")

    assert "SHA-256 of 220 entries anew (1 to 220)" in said
    assert "Each of them names the hash of the entry before it." in said
    assert "The last one has the hash of the checkpoint above." in said
    assert page.locator(".checked", has_text="✓").count() == 40
    assert told == []
    assert faults_in(page, "light", 1280) == []
    page.close()


def test_the_browser_checks_just_what_a_filter_shows(browser, address):
    page = new_page(browser, "ja", "dark", 390)
    page.goto(f"{address}/ledger")
    page.locator("select[name=kind]").select_option("resolution")
    expect(page.locator("[data-seq]")).to_have_count(27)
    said = verdict(page, "shown")

    assert said.startswith("✓ つながっています。")
    assert "27件" in said
    assert page.locator(".checked", has_text="✓").count() == 27
    page.close()


@pytest.mark.parametrize("broken", ["content", "chain"])
def test_the_browser_finds_what_was_altered_on_its_way(browser, address, broken):
    page = new_page(browser, "en", "light", 1280)

    def alter(route) -> None:
        answer = route.fetch()
        found = json.loads(answer.text())
        at = next(place for place, item in enumerate(found["items"]) if item["seq"] == 200)
        if broken == "content":
            found["items"][at]["recorded_at"] = "2020-01-01T00:00:00.000000Z"
        else:
            found["items"][at - 1]["previous"] = "f" * 64
        route.fulfill(response=answer, body=json.dumps(found, ensure_ascii=False))

    page.route("**/api/v1/ledger/entries?*", alter)
    page.goto(f"{address}/ledger")
    said = verdict(page, "shown")

    assert said.startswith("✗ It does not hold: entry 20")
    page.close()


def test_numbers_and_letters_of_every_kind_are_hashed_as_the_ledger_hashes_them(
    browser, address, instance
):
    body = {
        "numbers": [
            0.1,
            1e-7,
            2.5e-5,
            1e16,
            1e22,
            -0.0,
            1.0,
            123456789012345680,
            5e-324,
            1.5e300,
            0.0001,
            9999999999999998.0,
            -123.456,
            2**70,
            0,
        ],
        "é": '\u2028\u0001\t"\\/',
        "\U0001f600": "astral",
        "\uff21": "full width",
        "": None,
        "b": [True, {}, []],
    }
    instance.writer.do(lambda change: change.append("sign_off", {**body, **SIGNED}, NOW))
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/ledger")
    said = verdict(page, "shown")
    page.close()

    assert said.startswith("✓ It holds.")
    assert "The last one has the hash of the checkpoint above." in said


def test_without_scripts_the_server_checks_the_chain(browser, address):
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{address}/ledger")

    assert page.locator("[data-verify]:visible").count() == 0
    page.locator("form[action='/ledger/verification'] button").click()
    assert "It holds." in page.locator("[role=status]").inner_text()
    context.close()
