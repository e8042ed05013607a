"""The page of a forecaster: the record in words, what outcomes tell of it, and what stands."""

import shutil

import pytest

from tests.api.judging import BINARY, SECOND, moving_client
from tests.api.shown import page

OTHER, HIDING = "entity-list-deepseek-2026", "hr1121-s765-enacted"


@pytest.fixture(scope="module")
def judged(bank_database, tmp_path_factory):
    """Ann was right of two questions and wrong of one; a forecast of hers stands."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("people") / "people.db")
    with moving_client(path) as moving:
        ids = {}
        for who, chances in (("ann", (0.9, 0.8, 0.7, 0.33)), ("bob", (0.4, 0.3, 0.2, 0.5))):
            for question, chance in zip((BINARY, SECOND, OTHER, HIDING), chances, strict=True):
                ids[who] = moving.say(who, question, probability=chance)["forecaster"]
        moving.later(days=20)
        moving.resolve(BINARY, outcome=True)
        moving.resolve(SECOND, outcome=True)
        moving.resolve(OTHER, outcome=False)
        yield moving, ids


def test_the_record_is_told_in_words_with_what_is_unsure_about_it(judged):
    moving, ids = judged
    shown = page(moving.client, f"/forecasters/{ids['ann']}")

    assert "4 forecasts on 4 questions" in shown.text and "3 of the questions" in shown.text
    assert "Place 1 of 2" in shown.text and "(90% interval:" in shown.text
    assert "3 yes-or-no outcomes are fewer than 30" in shown.text and "Slope" in shown.text
    assert len(shown.all("polyline")) == 1 and shown.refused == []


def test_best_and_worst_calls_have_forecast_outcome_and_score(judged):
    moving, ids = judged
    text = page(moving.client, f"/forecasters/{ids['ann']}").text
    best, _, worst = text.partition("Best calls")[2].partition("Worst calls")

    assert "90% Yes +" in best and "80% Yes +" in best
    assert "70% No \N{MINUS SIGN}" in worst.partition("All questions")[0]


def test_open_forecasts_show_unless_their_question_hides_them(judged):
    moving, ids = judged
    assert (
        "33%" in page(moving.client, f"/forecasters/{ids['ann']}").text.split("Open forecasts")[1]
    )
    with moving.instance.database.read() as connection:
        closes = connection.exec_driver_sql(
            "SELECT closes FROM question WHERE id = ?", (HIDING,)
        ).scalar()
    moving.instance.writer.do(
        lambda change: change.connection.exec_driver_sql(
            "UPDATE question SET hidden_until = ? WHERE id = ?", (closes, HIDING)
        ) and None
    )  # fmt: skip

    text = page(moving.client, f"/forecasters/{ids['ann']}").text.split("Open forecasts")[1]

    assert "33%" not in text and "hidden for now" in text


def test_who_was_forgotten_is_shown_so(judged):
    moving, ids = judged
    key = moving.key("bob")
    answer = moving.client.post(f"/api/v1/forecasters/{ids['bob']}/erasure", headers=key)
    assert answer.status_code == 200
    shown = page(moving.client, f"/forecasters/{ids['bob']}")
    board = page(moving.client, "/leaderboard")

    assert f"Forgotten person {ids['bob']}" in shown.text and "asked to be forgotten" in shown.text
    assert f"Forgotten person {ids['bob']}" in board.text


def test_a_voice_has_a_page_and_who_is_not_there_has_none(judged):
    moving, _ = judged

    assert "Kizashi's model" in page(moving.client, "/forecasters/model").text
    answer = moving.client.get("/forecasters/nobody", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and "no page at this address" in answer.text
