"""Reading backtests: what stands at a point, and what is refused; and the real folder, if there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.backtests import BacktestUnreadable, OutcomesShared, read_backtest
from forecasts.crowds import median
from tests.data.backtest_folders import write_folder

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"


def test_the_latest_forecast_by_the_time_of_the_point_stands(tmp_path):
    found = read_backtest(write_folder(tmp_path))
    panel, asked = found.panel, found.asked

    said = {
        panel.evaluations[panel.evaluation[point]]: panel.probability[panel.point == point].tolist()
        for point in range(panel.points)
    }
    assert {name: sorted(values) for name, values in said.items()} == {
        "mid": [0.4, 0.6],  # a forecast of the very instant counts
        "final": [0.6, 0.9],
    }
    assert asked.all()
    assert panel.is_market.sum() == 2


def test_folders_inside_a_folder_are_read_together(tmp_path):
    write_folder(tmp_path / "open", source="one")
    write_folder(tmp_path / "restricted", source="two")

    found = read_backtest(str(tmp_path))
    panel = found.panel

    assert panel.sources == ("one", "two")
    assert panel.points == 4


def test_what_is_learned_from_is_not_asked_for(tmp_path):
    test = write_folder(tmp_path / "a", ids=("q1",))
    train = write_folder(tmp_path / "b", ids=("q2", "q3"))

    found = read_backtest(test, train)
    panel, asked = found.panel, found.asked

    assert asked.sum() == 2
    assert (~asked).sum() == 4
    assert len(np.unique(panel.forecaster)) == 2  # the same people on both sides


def test_a_question_of_both_folders_is_not_learned_from(tmp_path):
    test = write_folder(tmp_path / "a")
    train = write_folder(tmp_path / "b", ids=("q1", "q2"))

    found = read_backtest(test, train)

    assert found.shared == 1
    assert len(np.unique(found.panel.question[~found.asked])) == 1
    assert not set(found.panel.question[~found.asked]) & set(found.panel.question[found.asked])


def test_learning_from_nothing_but_what_is_measured_is_refused(tmp_path):
    test = write_folder(tmp_path / "a")

    with pytest.raises(OutcomesShared, match="All 1 questions"):
        read_backtest(test, test)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"outcome": 0.5}, "outcomes are neither"),
        ({"probabilities": (0.2, 1.4, 0.3)}, "in \\[0, 1"),
    ],
)
def test_what_no_score_can_be_made_of_is_refused(tmp_path, change, told):
    with pytest.raises(BacktestUnreadable, match=told):
        read_backtest(write_folder(tmp_path, **change))


def test_a_missing_file_is_named(tmp_path):
    folder = write_folder(tmp_path)
    (tmp_path / "eval_points.parquet").unlink()

    with pytest.raises(BacktestUnreadable, match=r"eval_points\.parquet is missing"):
        read_backtest(folder)


def test_an_empty_folder_is_no_backtest(tmp_path):
    with pytest.raises(BacktestUnreadable, match="no questions"):
        read_backtest(str(tmp_path))


@pytest.mark.skipif(not BACKTEST.exists(), reason="needs the backtest data beside the project")
def test_the_median_of_every_point_is_the_baselines_own():
    found = read_backtest(str(BACKTEST))
    panel = found.panel
    baselines = pd.read_parquet(BACKTEST / "baseline_predictions.parquet")
    medians = baselines[baselines["method"] == "crowd_median"]

    people = panel.said_by(~panel.is_market)
    said = pd.Series(median(people.probability, people.point)).groupby(
        [np.array(people.sources)[people.source], np.array(people.evaluations)[people.evaluation]]
    )
    theirs = medians.groupby(["source", "eval"])["probability"]
    for key, ours in said:
        if key in theirs.groups:
            assert np.sort(ours.to_numpy()) == pytest.approx(np.sort(theirs.get_group(key)))
