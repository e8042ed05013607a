"""A question's page in a real browser: under the pointer, by keyboard, and without scripts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from api.instance import Instance
from api.keys import create_key
from api.workflows.recording import record_evidence
from api.workflows.signing_in import make_link
from data.formats.evidence import EvidenceFormat
from tests.browser.looking import SCREENS, faults_in, faults_of, tip_of, watch
from tests.conftest import NOW

pytestmark = pytest.mark.browser

OPEN, DATE, NUMBER = (
    "/questions/deepseek-v5-release-date",
    "/questions/garante-final-decision-date",
    "/questions/deepseek-output-price-2028",
)
PAGES = [f"{DATE}?as_of=2025-06-30", "/questions/deepseek-v5-by-2028-01-31", NUMBER]
HOSTILE = (
    "</title><script>alert(1)</script><img src=x onerror=alert(2)> \u202eSDROW \u2067\u05d0\u05d1"
)
FACT = "Two people said that V5 is planned for spring."

type Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, address: str, instance: Instance) -> Iterator[Enter]:
    """Give who opens a browser that is signed in."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, width: int = 1280, **options: Any) -> Page:
        instance.writer.do(lambda change: create_key(change, name, "forecaster", NOW))
        link = instance.writer.do(lambda change: make_link(change, name, NOW))
        size = {"width": width, "height": 800}
        contexts.append(browser.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        page.goto(f"{address}/sign-in/link/{link.token}")
        page.locator("main button").click()
        page.wait_for_url("**/account")
        return page

    yield open_page
    for context in contexts:
        context.close()


def fill(page: Page) -> None:
    """Fill in a record."""
    page.locator("#submit details.send > summary").click()
    page.locator("#e-fact").fill(FACT)
    page.locator("#e-source").fill("reuters")
    page.locator("#e-direction").select_option("sooner")
    page.locator("#e-strength").select_option("strong")


@SCREENS
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, address, path, language, scheme, width):
    assert faults_of(browser, address + path, language, scheme, width) == []


@SCREENS
def test_a_form_with_faults_fits_the_screen_and_says_them(enter, address, language, scheme, width):
    page = enter(f"{language}{scheme}{width}", width, locale=language, color_scheme=scheme)
    page.goto(address + OPEN)
    page.locator("#submit details.send > summary").click()
    page.locator("#e-published").fill("soon")
    page.locator("#submit button[value=submit]").click()
    page.locator("#e-published[aria-invalid]").wait_for()
    folded = page.locator("#submit details:not([open]) > summary")
    while folded.count():
        folded.first.click()

    assert page.locator("#e-published").input_value() == "soon"
    assert faults_in(page, scheme, width) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "chart", "words"),
    [
        (DATE, "#history .wide", "90% interval"),
        (NUMBER, "#distribution + .chart .wide", "Up to there"),
    ],
)
def test_a_chart_comes_alive_under_the_pointer(browser, address, scheme, path, chart, words):
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    told = watch(page)
    page.goto(address + path)
    tip = tip_of(page, chart)

    assert words in tip and "undefined" not in tip
    assert told == []
    assert faults_in(page, scheme, 1280) == []
    page.close()


def test_links_of_a_live_chart_lead_to_the_record_and_back_to_the_picture(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + DATE)
    page.locator("#history .wide").hover()
    page.locator("#history .wide .live svg").wait_for()
    page.locator("#history .live .mark-symbol path").first.click()
    page.wait_for_function("location.hash.startsWith('#ev-')")
    record = page.evaluate("document.querySelector('tr:target').id")

    page.locator(f"#{record} a.wide").click()
    page.wait_for_function("location.hash.startsWith('#m-')")

    assert page.locator("#history .wide").get_attribute("data-state") == "still"
    assert page.locator(".wide .marker:target").is_visible()
    page.close()


def test_why_it_moved_is_found_by_keyboard_alone(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + DATE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('marker')"):
            break
    words = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")

    assert "bits: " in words
    assert words.partition("bits: ")[2] in page.locator("tr:target").inner_text()
    page.close()


def test_evidence_is_submitted_by_keyboard_alone_and_its_preview_follows_the_typing(enter, address):
    page = enter("keyboard")
    told = watch(page)
    page.goto(address + OPEN)
    page.locator("#submit details.send > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(FACT)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("reuters")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("sooner")
    page.keyboard.press("Tab")
    page.keyboard.type("strong")
    preview = page.locator("#preview .why")
    preview.wait_for()
    would = preview.inner_text()
    for _ in range(4):  # two folded parts, then the buttons
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#sent").wait_for()

    assert "→" in would and page.locator("#sent .why").inner_text() == would
    assert page.locator("#evidence + p + table .said", has_text=FACT).count() == 1
    assert told == []


def test_without_scripts_evidence_is_tried_submitted_and_seen_to_move(enter, address):
    page = enter("scriptless", java_script_enabled=False)
    page.goto(address + OPEN)
    fill(page)
    page.locator("#e-fact").fill("Without scripts: " + FACT)
    page.locator("#submit button[value=preview]").click()
    would = page.locator("#preview .why").inner_text()
    page.locator("#submit button[value=submit]").click()
    moved = page.locator("#sent .why").inner_text()
    page.locator("#sent a", has_text="See it among the evidence").click()

    assert moved == would
    assert "→" in moved
    assert page.url.partition("#")[2].startswith("ev-")


def test_ones_own_forecast_is_sent_without_scripts(enter, address):
    page = enter("forecaster", java_script_enabled=False)
    page.goto(f"{address}/questions/deepseek-v5-by-2028-01-31")
    page.locator("#own-forecast details.send > summary").click()
    page.locator("#f-probability").fill("62")
    page.locator("#own-forecast button[value=submit]").click()

    assert "62%" in page.locator(".standing", has_text="forecaster").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_and_endless_texts_are_shown_as_texts(browser, address, instance, width):
    longest = (HOSTILE + " " + "w" * 10_000)[:10_000]
    for text in (HOSTILE, longest):
        record = EvidenceFormat.model_validate(
            {
                "published": "2026-11-23",
                "source": "reuters",
                "fact": {"en": f"{width} {text}"[:10_000]},
                "note": {"en": HOSTILE},
                "stances": [
                    {"question": OPEN.rpartition("/")[2], "direction": "later", "strength": "weak"}
                ],
            }
        )
        instance.writer.do(
            lambda change, r=record: record_evidence(change, r, "curator-deepseek-r2", NOW)
        )

    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    told = watch(page)
    page.goto(address + OPEN)
    shown = page.locator(".ledger .said").all_inner_texts()
    page.locator(".ledger details summary").first.click()

    assert told == [] and faults_in(page, "light", width) == []
    assert any(HOSTILE.partition("\u202e")[0] in text for text in shown)
    assert (
        page.locator(".ledger details[open] > .said:not(summary)")
        .first.inner_text()
        .endswith("www")
    )
    grades = page.locator(".ledger .grade").all_inner_texts()
    assert all(grade.strip()[-2:].isascii() for grade in grades)
    page.close()


def test_what_is_folded_on_a_screen_is_open_on_paper(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/questions/entity-list-deepseek-2026")
    older = page.locator("details.older tr").last
    on_screen = older.is_visible()

    page.emulate_media(media="print")
    on_paper = older.is_visible() and older.bounding_box() is not None
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # as browsers do that print
    opened = page.locator("details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert (on_screen, on_paper, opened) == (False, True, 0)
    assert page.locator("details:not([open])").count() > 2
    page.close()


def test_a_record_that_is_folded_is_reached_by_its_address_and_by_the_contents(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/questions/entity-list-deepseek-2026")
    name = page.locator("details.older tr[id]").last.get_attribute("id")
    page.goto(f"{address}/questions/entity-list-deepseek-2026#{name}")
    reached = page.locator(f"#{name}").is_visible()

    page.locator("nav.contents a[href='#submit']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#submit")
    top = page.evaluate("document.querySelector('#submit').getBoundingClientRect().top")
    page.close()

    assert reached and 0 <= top < 800
