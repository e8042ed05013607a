"""Scores through the API: equal to `kizashi score` on the same rows, and never for hindsight."""

import csv
import json
import math
import shutil
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.api.judging import BINARY, DATE, NUMBER, SECOND, moving_client

COLUMNS = (
    "question_id", "forecaster_id", "timestamp", "open_time", "close_time", "end_time",
    "probability", "outcome",
)  # fmt: skip


@pytest.fixture(scope="module")
def judged(bank_database, tmp_path_factory):
    """Three forecasters on two questions of yes or no, a number and a date; all resolved."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("judged") / "judged.db")
    with moving_client(path) as moving:
        moving.say("ann", BINARY, probability=0.8)
        moving.say("bob", SECOND, probability=0.25)
        moving.later(days=3)
        moving.say("bob", BINARY, probability=0.4)
        moving.say("cyd", BINARY, probability=0.1)
        moving.say("ann", NUMBER, quantiles={"10": 0.4, "50": 1.0, "90": 3.0})
        moving.say("bob", NUMBER, quantiles={"10": 0.2, "50": 0.5, "90": 1.0})
        moving.say("ann", DATE, quantiles={"10": "2027-01-10", "50": "2027-03-01"})
        moving.later(days=20, hours=5)
        moving.say("ann", BINARY, probability=0.95)
        moving.say("ann", SECOND, probability=0.6)
        moving.later(days=40)
        moving.resolve(BINARY, outcome=True)
        moving.resolve(SECOND, outcome=True)
        moving.resolve(DATE, outcome=f"{moving.clock[0]:%Y-%m-%d}")
        moving.resolve(NUMBER, outcome=0.9)
        yield moving


def exported(judged, path):
    """Write the forecasts of yes or no as the table that `kizashi score` reads."""
    questions = {q: judged.get(f"/questions/{q}")["question"] for q in (BINARY, SECOND)}
    end = datetime.combine(judged.clock[0].date(), datetime.min.time(), UTC)
    with path.open("w") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for item in judged.get("/forecasts?limit=500")["items"]:
            asked = questions.get(item["question"])
            if asked is None:
                continue
            closes = date.fromisoformat(asked["closes"]).toordinal() + 1
            table.writerow(
                {
                    "question_id": item["question"],
                    "forecaster_id": item["forecaster"],
                    "timestamp": item["recorded_at"],
                    "open_time": asked["opens"],
                    "close_time": date.fromordinal(closes).isoformat(),
                    "end_time": end.isoformat(),
                    "probability": item["forecast"]["probability"],
                    "outcome": 1,
                }
            )


def test_scores_are_those_of_kizashi_score_on_the_same_rows(judged, tmp_path):
    exported(judged, tmp_path / "rows.csv")
    answer = CliRunner().invoke(
        app, ["score", str(tmp_path / "rows.csv"), "--by", "forecaster", "-o", "json"]
    )
    told = {row["forecaster"]: row for row in json.loads(answer.stdout)}
    rows = judged.get("/scores?type=binary&kind=person")["items"]
    board = judged.get("/leaderboards/forecasters?type=binary")["items"]

    assert set(told) == {row["forecaster"] for row in board} and len(told) == 3
    for name, wanted in told.items():
        mine = [row for row in rows if row["forecaster"] == name]
        covered = math.fsum(row["coverage"] for row in mine)
        (entry,) = [row for row in board if row["forecaster"] == name]
        assert sum(row["forecasts"] for row in mine) == wanted["n"]
        assert covered / len(mine) == pytest.approx(wanted["coverage"], rel=1e-12)
        for score in ("brier", "log2_loss"):
            mean = math.fsum(row[score] * row["coverage"] for row in mine) / covered
            assert mean == pytest.approx(wanted[score], rel=1e-12, abs=1e-12)
        for score in ("baseline", "peer"):
            mean = math.fsum(row[score] for row in mine) / covered
            assert mean == pytest.approx(wanted[score], rel=1e-9, abs=1e-9)
        for score in ("brier", "log2_loss", "baseline", "peer"):
            assert entry[score] == pytest.approx(wanted[score], rel=1e-9, abs=1e-9)


def test_numbers_and_dates_are_scored_by_the_cell_of_what_happened(judged):
    ann, bob = judged.get(f"/scores?kind=person&question={NUMBER}")["items"]
    (alone,) = judged.get(f"/scores?kind=person&question={DATE}")["items"]

    assert ann["peer"] == pytest.approx(-bob["peer"], rel=1e-9)
    assert ann["lead"] == pytest.approx(-bob["lead"], rel=1e-9)
    assert ann["log2_loss"] > 0 and 0 < ann["brier"] < 1
    assert (alone["peer"], alone["lead"]) == (0, None)


def test_pages_of_scores_follow_each_other(judged):
    whole = judged.get("/scores?kind=person")["items"]
    seen, address = [], "/api/v1/scores?kind=person&limit=2"
    while address:
        answer = judged.client.get(address)
        seen += answer.json()["items"]
        address = answer.links.get("next", {}).get("url")

    assert seen == whole
    assert [(row["question"], row["forecaster"]) for row in seen] == sorted(
        (row["question"], row["forecaster"]) for row in seen
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 8), (f"&question={BINARY}", 3), ("&type=numeric", 2), ("&topic=deepseek-r2", 8),
        ("&period=2027", 8), ("&period=2026Q4", 0), ("&topic=no-such-topic", 0),
    ],
)  # fmt: skip
def test_filters_keep_what_fits(judged, query, count):
    assert len(judged.get(f"/scores?kind=person{query}")["items"]) == count


def test_before_the_outcome_there_was_no_score(judged):
    assert judged.get("/scores?as_of=2026-12-24&kind=person")["items"] == []
    assert judged.get("/scores?kind=bot")["items"] == []


@pytest.mark.parametrize("query", ["period=25", "kind=cat", "type=x", "limit=0"])
def test_what_is_no_filter_is_refused(judged, query):
    judged.get(f"/scores?{query}", 422)
    judged.get("/scores?kind=person&cursor=WzFd", 409)


def test_calibration_of_few_is_a_posterior_and_of_numbers_a_histogram(judged):
    (found,) = judged.get("/calibration")["items"]
    by_type = {item["group"]: item for item in judged.get("/calibration?by=type")["items"]}

    # First forecasts: .8, .4, .1 of one question and .25, .6 of the other; both came true.
    briers = [0.2**2, 0.6**2, 0.9**2, 0.75**2, 0.4**2]
    assert (found["yes_no"]["n"], found["yes_no"]["questions"]) == (5, 2)
    assert found["yes_no"]["brier"] == pytest.approx(sum(briers) / 5)
    assert found["yes_no"]["mcb"] == pytest.approx(sum(briers) / 5)
    assert found["yes_no"]["spiegelhalter_z"] is None
    assert found["yes_no"]["curve_is"] == "posterior"
    assert found["pit"]["n"] == 3 and sum(found["pit"]["counts"]) == 3
    assert by_type["numeric"]["yes_no"] is None and by_type["binary"]["pit"] is None


def test_one_forecasters_calibration_has_all_tests(judged):
    name = judged.get(f"/scores?kind=person&question={BINARY}")["items"][0]["forecaster"]
    (found,) = judged.get(f"/calibration?forecaster={name}&type=binary")["items"]

    assert found["yes_no"]["n"] == found["yes_no"]["questions"]
    assert found["yes_no"]["spiegelhalter_z"] is not None


def test_a_leaderboard_parts_people_and_bots_and_shows_intervals(judged):
    board = judged.get("/leaderboards/forecasters")["items"]
    none = judged.get("/leaderboards/forecasters?who=bots")["items"]
    strict = judged.get("/leaderboards/forecasters?least_coverage=50")["items"]

    assert [entry["rank"] for entry in board] == [1, 2, 3]
    assert all(entry["low"] < entry["bits"] < entry["high"] for entry in board)
    assert all(1 <= entry["rank_low"] <= entry["rank_high"] <= 3 for entry in board)
    assert none == [] and {entry["rank"] for entry in strict} == {None}


def test_a_superseded_outcome_is_scored_anew_and_an_annulled_one_not_at_all(
    bank_database, tmp_path
):
    path = shutil.copy(bank_database, tmp_path / "again.db")
    with moving_client(path) as moving:
        moving.say("ann", BINARY, probability=0.8)
        moving.later(days=10)
        moving.resolve(BINARY, outcome=True)
        first = moving.get("/scores?kind=person")["items"]
        moving.resolve(BINARY, outcome=False, supersedes_reason="It was not so.")
        second = moving.get("/scores?kind=person")["items"]
        moving.resolve(
            BINARY, outcome=None, status="annulled", supersedes_reason="It cannot be told."
        )
        third = moving.get("/scores?kind=person")["items"]

    assert [row["brier"] for row in first] == [pytest.approx(0.04)]
    assert [row["brier"] for row in second] == [pytest.approx(0.64)]
    assert third == []


def test_what_was_said_after_the_outcome_was_fixed_does_not_count(bank_database, tmp_path):
    path = shutil.copy(bank_database, tmp_path / "late.db")
    with moving_client(path) as moving:
        moving.say("ann", BINARY, probability=0.6)
        moving.later(days=10)
        moving.say("ann", BINARY, probability=0.99)
        moving.say("bob", BINARY, probability=0.99)
        fixed = f"{moving.clock[0].date().replace(day=1)}"
        moving.resolve(BINARY, outcome=True, resolved_at=fixed)
        rows = moving.get("/scores?kind=person")["items"]

    assert [(row["forecasts"], row["brier"]) for row in rows] == [(1, pytest.approx(0.16))]
