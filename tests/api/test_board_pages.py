"""The pages of leaderboards: who is best and how sure that is, in words, drawn, and live."""

import asyncio
import csv
import io
import shutil
import urllib.request

import pytest

from api.app import create_app
from api.workflows.signing_in import make_link
from tests.api.judging import BINARY, SECOND, moving_client
from tests.api.listening import serving
from tests.api.shown import page

HOSTILE = "<b>\u202e cyd"


@pytest.fixture(scope="module")
def judged(bank_database, tmp_path_factory):
    """Ann was surer of what happened than bob, and bob than cyd; a bot stood beside them."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("boards") / "boards.db")
    with moving_client(path) as moving:
        for question in (BINARY, SECOND):
            for who, chance in (("ann", 0.9), ("bob", 0.6), (HOSTILE, 0.2)):
                moving.say(who, question, probability=chance)
        moving.later(days=30)
        moving.resolve(BINARY, outcome=True)
        yield moving


def test_the_page_says_who_leads_and_how_sure_that_is(judged):
    shown = page(judged.client, "/leaderboard")
    (ann, *_) = judged.get("/leaderboards/forecasters?top=1")["items"]

    assert "ann leads" in shown.text and "With 90% certainty ann is among the first" in shown.text
    assert f"really being the best is {ann['chance_of_top']:.0%}" in shown.text
    assert "So few cannot part skill from luck" in shown.text
    assert len(shown.all("tr")) == 4 and len(shown.all("svg")) == 6
    assert shown.refused == []


def test_every_column_is_explained_in_the_readers_language(judged):
    english = page(judged.client, "/leaderboard")
    japanese = page(judged.client, "/leaderboard", "ja")

    for shown in (english, japanese):
        assert len(shown.all("dt")) == len(shown.all("th")) - 1 == 7  # a name needs no words
    assert "首位は" in japanese.text and "首位は" not in english.text


def test_a_name_is_shown_as_text(judged):
    raw = judged.client.get("/leaderboard").text

    assert "<b>\u202e" not in raw and "<bdi>&lt;b&gt;\u202e cyd</bdi>" in raw


def test_links_sort_both_ways_and_keep_the_filters(judged):
    shown = page(judged.client, "/leaderboard?period=2026&sort=peer")
    (link,) = shown.all("a", id="sort-peer")
    (other,) = shown.all("a", id="sort-baseline")
    turned = page(judged.client, link["href"])

    assert link["href"] == "/leaderboard?period=2026&sort=-peer"
    assert other["href"] == "/leaderboard?period=2026&sort=baseline"
    assert [th["aria-sort"] for th in shown.all("th") if "aria-sort" in th] == ["descending"]
    rows = [[row["id"] for row in p.all("tr") if "id" in row] for p in (shown, turned)]
    assert rows[0] == rows[1][::-1] and len(rows[0]) == 3


@pytest.mark.parametrize(
    "query", ["who=cats&sort=x&page=x", "least_coverage=&topic=&period=", "page=-1&period=20"]
)
def test_what_makes_no_sense_in_a_filter_is_as_if_left_out(judged, query):
    shown = page(judged.client, f"/leaderboard?{query}")

    assert "ann leads" in shown.text


def test_who_has_little_coverage_is_shown_without_a_place(judged):
    shown = page(judged.client, "/leaderboard?least_coverage=5")

    assert "Nobody can be ranked" in shown.text
    assert len(shown.all("tr")) == 4 and len(shown.all("svg", **{"class": "places-bar"})) == 0


def test_a_board_that_is_not_there_yet_says_so_and_asks_again(judged):
    judged.client.app.state.judge.run, kept = _never, judged.client.app.state.judge.run
    shown = page(judged.client, "/leaderboard/voices")
    data = judged.client.get("/leaderboard/voices.csv")
    judged.client.portal.call(judged.client.app.state.judge.close)
    judged.client.app.state.judge.run = kept

    assert "is being computed" in shown.text and shown.all("meta", content="10")
    assert data.status_code == 409 and int(data.headers["Retry-After"]) >= 1


async def _never(url, prefix):
    await asyncio.Event().wait()


def test_the_rows_can_be_had_as_csv(judged):
    text = judged.client.get("/leaderboard.csv?who=people").text
    rows = list(csv.DictReader(io.StringIO(text)))
    items = judged.get("/leaderboards/forecasters?who=people&top=1")["items"]

    assert [row["forecaster"] for row in rows] == [item["forecaster"] for item in items]
    assert [float(row["bits"]) for row in rows] == [item["bits"] for item in items]


def test_the_data_of_a_board_have_links_on_its_page(judged):
    shown = page(judged.client, "/leaderboard?who=people&sort=peer")
    (link,) = [a["href"] for a in shown.all("a") if a.get("href", "").startswith("/leaderboard.js")]
    found = judged.client.get(link).json()

    assert link == "/leaderboard.json?who=people"
    assert found == judged.get("/leaderboards/forecasters?who=people&top=1")


def test_an_unchanged_board_sends_nothing_and_a_changed_one_comes_once(bank_database, tmp_path):
    path = shutil.copy(bank_database, tmp_path / "live.db")
    with (
        moving_client(path) as moving,
        serving(create_app(moving.instance)) as (host, port),
    ):
        moving.say("ann", BINARY, probability=0.9)
        moving.say("bob", BINARY, probability=0.2)
        moving.later(days=20)
        live = _live(moving.client)
        with urllib.request.urlopen(f"http://{host}:{port}{live}", timeout=30) as stream:
            moving.say("ann", SECOND, probability=0.5)  # moves no board
            moving.resolve(BINARY, outcome=True)
            told = [stream.readline().decode().strip()]
            while told[-1]:
                told.append(stream.readline().decode().strip())
        now = _live(moving.client)

    assert any("ann leads" in line for line in told)
    assert f"have={told[-2].removeprefix('id: ')}" in now


def _live(client):
    (live,) = [
        a["hx-sse:connect"] for _, a in page(client, "/leaderboard").tags if "hx-sse:connect" in a
    ]
    return live


def _sign_in(moving, who):
    link = moving.instance.writer.do(lambda change: make_link(change, who, moving.clock[0]))
    moving.client.post(f"/sign-in/link/{link.token}", headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture(scope="module")
def bob(judged):
    (who,) = [f["id"] for f in judged.get("/forecasters?limit=100")["items"] if f["name"] == "bob"]
    return who


@pytest.fixture
def as_bob(judged):
    """Give the client of bob, who is signed in, and a stranger's again afterwards."""
    _sign_in(judged, "bob")
    yield judged.client
    judged.client.cookies.clear()


@pytest.mark.parametrize(("language", "you"), [("en", "bob (you)"), ("ja", "bob (あなた)")])
def test_the_readers_own_row_is_marked_in_a_word_and_nobody_elses(as_bob, bob, language, you):
    shown = page(as_bob, "/leaderboard", language)
    (own,) = shown.all("tr", **{"class": "own"})

    assert own["id"] == f"row-{bob}"
    assert shown.text.count(you) == 1


def test_a_stranger_has_no_row_of_his_own(judged):
    shown = page(judged.client, "/leaderboard")

    assert shown.all("tr", **{"class": "own"}) == [] and "you" not in shown.text.split()


def test_what_is_sent_live_keeps_the_mark(as_bob):
    with_mark = _live(as_bob)
    as_bob.cookies.clear()
    without = _live(as_bob)

    assert with_mark.partition("&have=")[2] != without.partition("&have=")[2]


def test_an_own_row_on_another_page_has_a_link_there(as_bob, bob, monkeypatch):
    monkeypatch.setattr("api.pages.board.PAGE_ROWS", 1)
    monkeypatch.setattr("api.pages.board_wishes.PAGE_ROWS", 1)
    first = page(as_bob, "/leaderboard")
    (link,) = [a["href"] for a in first.all("a") if a.get("href", "").endswith(f"#row-{bob}")]
    there = page(as_bob, link.partition("#")[0])

    assert first.all("tr", **{"class": "own"}) == []
    assert [a["id"] for a in there.all("tr", **{"class": "own"})] == [f"row-{bob}"]


def test_own_entries_and_groups_are_marked_too(as_bob, bob):
    ledger = page(as_bob, f"/ledger?who={bob}").text
    sides = page(as_bob, "/calibration?by=forecaster&who=people").text

    assert f"{bob} (you)" in ledger
    assert page(as_bob, "/ledger").text.count("(you)") == ledger.count("(you)") == 2
    assert sides.count("(you)") == 1
