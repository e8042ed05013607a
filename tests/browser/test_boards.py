"""Leaderboards in a real browser: they re-sort while others post, and say how sure they are."""

import json
import shutil
import urllib.request

import pytest
from playwright.sync_api import expect

from api.app import create_app
from api.instance import open_instance
from api.keys import create_key
from api.workflows.forgetting import forget
from tests.api.answering import answering
from tests.api.judging import BINARY, SECOND
from tests.browser.looking import SCREENS, faults_of, new_page, watch
from tests.conftest import NOW

pytestmark = pytest.mark.browser

THIRD = "entity-list-deepseek-2026"
BOARDS = ["", "/evidence", "/sources", "/voices"]


class Others:
    """Whoever else uses the server: clients of their own, over HTTP."""

    def __init__(self, address, instance, clock):
        self.address, self.instance, self.clock, self.keys = address, instance, clock, {}

    def post(self, who, path, role="forecaster", **body):
        if who not in self.keys:
            self.keys[who] = self.instance.writer.do(
                lambda change: create_key(change, who, role, self.clock[0])
            )
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.keys[who]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def say(self, who, question, probability):
        return self.post(who, "/forecasts", question=question, probability=probability)

    def resolve(self, question, outcome):
        day = f"{self.clock[0]:%Y-%m-%d}"
        self.post(
            "judge", "/resolutions", "admin", question=question, outcome=outcome,
            resolved_at=day, known_by=day, basis={"en": "For the test."},
        )  # fmt: skip


@pytest.fixture
def others(bank_database, tmp_path):
    """A server on which ann was right on one question, and bob is on two more to come."""
    path, clock = shutil.copy(bank_database, tmp_path / "boards.db"), [NOW]
    with (
        open_instance(f"sqlite:///{path}", lambda: clock[0]) as instance,
        answering(create_app(instance)) as address,
    ):
        found = Others(address, instance, clock)
        for who, first, later in (("ann", 0.9, 0.1), ("bob", 0.3, 0.95), ("cyd", 0.5, 0.5)):
            found.say(who, BINARY, first)
            for question in (SECOND, THIRD):
                found.say(who, question, later)
        clock[0] = NOW.replace(day=NOW.day + 4)
        found.resolve(BINARY, outcome=True)
        clock[0] = NOW.replace(day=NOW.day + 6)
        yield found


def names(page):
    return page.locator(".board tbody .title a").all_inner_texts()


def test_a_board_re_sorts_by_keyboard_alone_while_another_client_posts(browser, others):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(others.address)
    link = page.locator("nav.pages a[href='/leaderboard']")
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/leaderboard")
    expect(page.locator(".verdict")).to_contain_text("ann leads")
    assert names(page) == ["ann", "cyd", "bob"]
    bob = page.locator(".board a", has_text="bob")
    for _ in range(60):
        page.keyboard.press("Tab")
        if bob.evaluate("link => link === document.activeElement"):
            break

    others.resolve(SECOND, outcome=True)
    others.resolve(THIRD, outcome=True)

    expect(page.locator(".verdict")).to_contain_text("bob leads")
    assert names(page) == ["bob", "cyd", "ann"]
    assert bob.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/forecasters/*")
    expect(page.locator("h1")).to_have_text("bob")
    page.close()
    assert [fault for fault in told if "/live?" not in fault] == []  # leaving ends the stream


def test_without_scripts_a_board_is_new_after_a_reload(browser, others):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{others.address}/leaderboard")
    before = names(page)
    others.resolve(SECOND, outcome=True)
    others.resolve(THIRD, outcome=True)
    page.reload()
    after = names(page)
    page.select_option("select[name=who]", "bots")
    page.locator(".filters button").click()
    nobody = page.locator(".verdict").inner_text()
    context.close()

    assert (before, after) == (["ann", "cyd", "bob"], ["bob", "cyd", "ann"])
    assert "who=bots" in page.url and "Widen" in nobody


def test_columns_sort_and_filters_narrow_in_place_with_an_address_of_their_own(browser, others):
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{others.address}/leaderboard")
    page.evaluate("window.stays = true")
    page.locator("#sort-peer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th.peer")).to_have_attribute("aria-sort", "descending")
    focused = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    expect(page.locator("th.peer")).to_have_attribute("aria-sort", "ascending")
    worst = names(page)
    page.locator("select[name=who]").focus()
    page.keyboard.press("End")
    expect(page.locator(".verdict")).to_contain_text("Widen")
    stays, url = page.evaluate("window.stays"), page.url
    page.close()

    assert focused == "sort-peer" and worst == ["bob", "cyd", "ann"]
    assert stays and "who=bots" in url


def test_a_board_that_is_being_computed_comes_by_itself(browser, others):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(f"{others.address}/leaderboard/voices")
    expect(page.locator(".verdict")).to_contain_text("being computed")

    expect(page.locator(".verdict")).to_contain_text("best so far", timeout=600_000)

    assert page.locator(".caveat").inner_text().startswith("Retrospective")
    page.close()
    assert told == []


@SCREENS
def test_boards_fit_the_screen_and_lack_nothing(browser, full, language, scheme, width):
    for board in BOARDS:
        url = f"{full.address}/leaderboard{board}"
        assert faults_of(browser, url, language, scheme, width) == []
    for forecaster in ("model", full.gone):
        url = f"{full.address}/forecasters/{forecaster}"
        assert faults_of(browser, url, language, scheme, width) == []


@pytest.fixture(scope="module")
def full(bank_database, tmp_path_factory):
    """A server with a board of people, one of whom was forgotten, and names of all kinds."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("full") / "full.db")
    clock = [NOW]
    with (
        open_instance(f"sqlite:///{path}", lambda: clock[0]) as instance,
        answering(create_app(instance)) as address,
    ):
        found = Others(address, instance, clock)
        people = ("佐藤 花子", "<script>alert(1)</script>", "\u202eevil", "w" * 80, "gone")
        for place, who in enumerate(people):
            for question in (BINARY, SECOND, THIRD):
                found.say(who, question, 0.1 + 0.2 * place)
        gone = found.say("gone", BINARY, 0.77)["forecast"]["forecaster"]
        clock[0] = NOW.replace(day=NOW.day + 4)
        found.resolve(BINARY, outcome=True)
        instance.writer.do(lambda change: forget(change, gone, gone, clock[0], is_admin=False))
        found.gone = gone
        yield found
