"""`kizashi score`: real files through the real command, against numbers worked by hand."""

import json
import math
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.shell.scoring import NothingToDraw, NothingToScore, PlotUnwritable, UnknownGrouping
from data import score_questions, score_sums
from data.score_tables import ColumnMissing, TableUnreadable, ValueUnfit

PLAIN = "question_id,probability,outcome,source\na,0.8,1,x\nb,0.4,0,x\nc,0.5,1,y\nd,0.1,,y\n"
#: Two forecasters; b ends in the middle of its window, c has no outcome yet.
WINDOWS = """question_id,forecaster_id,timestamp,open_time,close_time,end_time,probability,outcome
a,ann,2026-01-01,2026-01-01,2026-01-11,,0.9,1
a,bob,2026-01-06,2026-01-01,2026-01-11,,0.5,1
b,ann,2026-01-01,2026-01-01,2026-01-11,2026-01-06,0.2,0
b,bob,2026-01-01,2026-01-01,2026-01-11,2026-01-06,0.4,0
b,bob,2026-01-03T12:00:00Z,2026-01-01,2026-01-11,2026-01-06,0.1,0
c,ann,2026-01-03,2026-01-01,2026-01-11,,0.1,
"""


def run(*arguments: str, text: str | None = None):
    return CliRunner().invoke(app, ["score", *arguments], input=text)


def scores(*arguments: str, text: str | None = None) -> list[dict]:
    answer = run(*arguments, "-o", "json", text=text)
    assert answer.exception is None, answer.exception
    return json.loads(answer.stdout)


@pytest.fixture
def plain(tmp_path) -> Path:
    (tmp_path / "plain.csv").write_text(PLAIN)
    return tmp_path / "plain.csv"


@pytest.fixture
def windows(tmp_path) -> Path:
    (tmp_path / "windows.csv").write_text(WINDOWS)
    return tmp_path / "windows.csv"


def test_without_times_each_row_is_scored_as_it_stands(plain):
    (row,) = scores(str(plain))

    assert (row["n"], row["questions"], row["unresolved"]) == (3, 3, 1)
    assert row["brier"] == pytest.approx((0.04 + 0.16 + 0.25) / 3)
    bits = -(math.log2(0.8) + math.log2(0.6) + math.log2(0.5)) / 3
    assert row["log2_loss"] == pytest.approx(bits)
    # Residuals about .15 are -.11, .01 and .10; the sample's variance over 3.
    assert row["brier_se"] == pytest.approx(math.sqrt((0.11**2 + 0.01**2 + 0.10**2) / 2 / 3))
    # .4 no, .5 yes, .8 yes: recalibrated perfectly, so all of the score is miscalibration.
    assert (row["mcb"], row["dsc"]) == pytest.approx((0.15, 2 / 9))
    assert row["unc"] == pytest.approx(2 / 9)
    assert row["ece"] == pytest.approx((0.4 + 0.5 + 0.2) / 3)
    # Sum of (y - p)(1 - 2p) over the root of the sum of (1 - 2p)^2 p (1 - p).
    surprise, variance = 0.2 * -0.6 - 0.4 * 0.2, 0.36 * 0.16 + 0.04 * 0.24
    assert row["spiegelhalter_z"] == pytest.approx(surprise / math.sqrt(variance))
    assert row["e_value"] > 0 and "peer" not in row


def test_with_windows_scores_are_averaged_over_standing_time(windows):
    ann, bob = scores(str(windows), "--by", "forecaster")

    assert (ann["forecaster"], ann["rank"], bob["rank"]) == ("ann", 1, 2)
    assert (ann["n"], ann["questions"], ann["unresolved"]) == (2, 2, 1)
    assert (ann["coverage"], bob["coverage"]) == pytest.approx((0.75, 0.5))
    assert ann["brier"] == pytest.approx((0.01 * 1 + 0.04 * 0.5) / 1.5)
    assert bob["brier"] == pytest.approx((0.25 * 0.5 + 0.16 * 0.25 + 0.01 * 0.25) / 1.0)
    baseline = 1 * 100 * (math.log2(0.9) + 1) + 0.5 * 100 * (math.log2(0.8) + 1)
    assert ann["baseline"] == pytest.approx(baseline / 1.5)
    # Together on half of a, and on b: against .4 for a quarter, against .1 for a quarter.
    together = 0.5 * math.log(0.9 / 0.5) + 0.25 * math.log(0.8 / 0.6) + 0.25 * math.log(0.8 / 0.9)
    assert ann["peer"] == pytest.approx(100 * together / 1.5)
    assert bob["peer"] == pytest.approx(-100 * together / 1.0)
    assert ann["peer_shrunk"] == pytest.approx(100 * together / 30)


def test_equal_scores_share_the_better_rank_and_who_has_none_comes_last():
    text = "question_id,forecaster_id,probability,outcome\n"
    text += "a,ann,0.8,1\na,bob,0.9,1\na,cat,0.9,1\na,dan,0.5,1\nb,eve,0.5,\n"

    rows = scores("-", "--by", "forecaster", text=text)

    ranks = {row["forecaster"]: row["rank"] for row in rows}
    assert ranks == {"bob": 1, "cat": 1, "ann": 3, "dan": 4, "eve": None}
    assert rows[-1]["forecaster"] == "eve"


def test_calibration_takes_the_first_forecast_of_each(windows):
    _, bob = scores(str(windows), "--by", "forecaster")

    assert bob["ece"] == pytest.approx((0.5 + 0.4) / 2)


def test_forecasts_that_share_an_outcome_have_no_test_of_calibration(windows):
    answer = run(str(windows), "-o", "json")
    (row,) = json.loads(answer.stdout)

    assert row["mcb"] is not None
    assert [row[key] for key in ("mcb_null", "spiegelhalter_z", "e_value")] == [None] * 3
    assert "--by forecaster" in answer.stderr


def test_a_forecast_after_the_end_is_counted_and_told(windows):
    late = WINDOWS + "b,cat,2026-01-07,2026-01-01,2026-01-11,2026-01-06,0.4,0\n"
    windows.write_text(late)
    answer = run(str(windows), "-o", "json", "--by", "forecaster")

    assert "1 forecasts stood at no time" in answer.stderr
    assert "1 forecasts are of questions without an outcome" in answer.stderr
    assert {row["forecaster"]: row["outside"] for row in json.loads(answer.stdout)}["cat"] == 1


def test_csv_parquet_and_stdin_give_the_same(windows, tmp_path):
    frame = pd.read_csv(windows, parse_dates=[2, 3, 4, 5], date_format="ISO8601")
    frame.to_parquet(tmp_path / "same.parquet")
    expected = scores(str(windows), "--by", "forecaster,period")

    assert scores(str(tmp_path / "same.parquet"), "--by", "forecaster,period") == expected
    assert scores("-", "--by", "forecaster,period", text=WINDOWS) == expected
    assert expected[0]["period"] == "2026-Q1"


def test_every_format_holds_the_same_rows(plain):
    expected = scores(str(plain), "--by", "source")
    csv = pd.read_csv(StringIO(run(str(plain), "--by", "source", "-o", "csv").stdout))
    parquet = run(str(plain), "--by", "source", "-o", "parquet").stdout_bytes
    table = run(str(plain), "--by", "source", "-o", "table").stdout

    assert csv["brier"].tolist() == [row["brier"] for row in expected]
    assert pd.read_parquet(BytesIO(parquet))["source"].tolist() == ["x", "y"]
    assert "Brier" in table and "Source" in table


def test_batches_that_end_inside_a_question_change_nothing(windows, monkeypatch):
    expected = scores(str(windows), "--by", "forecaster")
    whole = score_questions.whole_questions
    for rows in (1, 2, 3):
        monkeypatch.setattr(
            "api.shell.scoring.whole_questions", lambda table, n=rows: whole(table, n, most_rows=2)
        )
        found = scores(str(windows), "--by", "forecaster")

        for row, beside in zip(found, expected, strict=True):
            assert row == pytest.approx(beside, nan_ok=True, abs=1e-12)


def test_several_options_are_scored_with_half_the_sum(tmp_path):
    text = 'question_id,probabilities,outcome\na,"[0.2,0.5,0.3]",1\nb,"[0.5,0.5]",0\n'
    (row,) = scores("-", "--by", "type", text=text)

    assert row["type"] == "multiple_choice"
    assert row["brier"] == pytest.approx((0.19 + 0.25) / 2)
    assert row["log2_loss"] == 1.0 and row["mcb"] is None


def test_weights_count(plain):
    text = "question_id,probability,outcome,weight\na,0.8,1,3\nb,0.4,0,1\n"
    (row,) = scores("-", text=text)

    assert row["brier"] == pytest.approx((3 * 0.04 + 0.16) / 4)


def test_the_floor_bounds_the_loss_of_a_certain_failure():
    text = "question_id,probability,outcome\na,0,1\n"

    assert scores("-", text=text)[0]["log2_loss"] == pytest.approx(-math.log2(0.001))
    floored = scores("-", "--floor", "0.01", text=text)
    assert floored[0]["log2_loss"] == pytest.approx(-math.log2(0.01))


def test_a_plot_is_written(plain, tmp_path):
    drawn = tmp_path / "out.svg"
    scores(str(plain), "--plot", str(drawn))

    assert (
        drawn.read_text().startswith("<svg") and "http://www.w3.org/2000/svg" in drawn.read_text()
    )


@pytest.mark.parametrize("place", ["", "nowhere/out.svg", "plain.csv/out.svg"])
def test_a_plot_needs_a_place(plain, tmp_path, place):
    answer = run(str(plain), "--plot", str(tmp_path / place))

    assert isinstance(answer.exception, PlotUnwritable)
    assert answer.stdout == ""


def test_quick_leaves_out_what_takes_long(plain):
    (row,) = scores(str(plain), "--quick")

    assert row["mcb_null"] is None and row["e_value"] is None and row["mcb"] is not None


@pytest.mark.parametrize(
    ("arguments", "text", "error", "says"),
    [
        ((), PLAIN.replace("0.8", "1.8"), ValueUnfit, "line 2, column probability"),
        ((), PLAIN.replace("c,0.5,1", "a,0.5,0"), ValueUnfit, "line 4, column outcome"),
        (("--by", "mood"), PLAIN, UnknownGrouping, "forecaster, topic"),
        (("--by", "topic"), PLAIN, ColumnMissing, "--by topic"),
        (("--by", "period"), PLAIN, ColumnMissing, "--by period"),
        ((), "question_id,probability,outcome\na,0.5,\n", NothingToScore, "1 are of questions"),
        ((), "question_id,probability,outcome\n", NothingToScore, "of 0 forecasts"),
        ((), "", TableUnreadable, "empty"),
        (
            ("--plot", "x.svg"),
            'question_id,probabilities,outcome\na,"[0.5,0.5]",1\n',
            NothingToDraw,
            "yes-or-no",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused_with_a_way_to_mend_it(arguments, text, error, says):
    answer = run("-", *arguments, text=text)

    assert isinstance(answer.exception, error)
    assert says in str(answer.exception)


def test_quarters_have_names():
    assert score_sums.label_of_quarter(-1) == ""
