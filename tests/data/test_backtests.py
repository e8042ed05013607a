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


def rewrite(folder, name, change):
    """Read one table of a folder, change it, and write it back."""
    path = Path(folder) / f"{name}.parquet"
    change(pd.read_parquet(path)).to_parquet(path)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("questions", "platform"),
        ("questions", "group_id"),
        ("questions", "resolve_time"),
        ("questions", "end_time"),
        ("forecasts", "step"),
        ("eval_points", "eval_step"),
    ],
)
def test_a_column_that_says_nothing_here_may_be_missing(tmp_path, table, column):
    folder = write_folder(tmp_path, ids=("q1", "q2"))
    whole = read_backtest(folder).panel
    rewrite(folder, table, lambda rows: rows.drop(columns=column, errors="ignore"))

    panel = read_backtest(folder).panel

    assert panel.probability.tolist() == whole.probability.tolist()


def test_platforms_that_one_side_does_not_name_are_not_told_apart(tmp_path):
    test, train = (write_folder(tmp_path / q, ids=(q,)) for q in ("q1", "q2"))
    for folder in (test, train):
        rewrite(folder, "questions", lambda rows: rows.assign(platform="pm"))
    both = read_backtest(test, train).panel
    rewrite(test, "questions", lambda rows: rows.drop(columns="platform"))

    one = read_backtest(test, train).panel

    assert both.strands == ("made/pm",)
    assert one.strands == ("made/",)


def test_without_kinds_everyone_is_a_forecaster(tmp_path):
    folder = write_folder(tmp_path)
    rewrite(folder, "forecasts", lambda rows: rows.drop(columns="kind"))

    assert not read_backtest(folder).panel.is_market.any()


def test_questions_without_a_group_are_not_linked(tmp_path):
    folder = write_folder(tmp_path, ids=("q1", "q2", "q3"))
    rewrite(folder, "questions", lambda rows: rows.assign(group_id=["g", None, None]))

    panel = read_backtest(folder).panel

    assert len(np.unique(panel.group)) == 3 and panel.group.min() == 0


def test_forecasts_without_a_forecaster_are_of_different_people(tmp_path):
    folder = write_folder(tmp_path / "a", ids=("q1", "q2"))
    rewrite(folder, "forecasts", lambda rows: rows.assign(forecaster_id=None))
    train = write_folder(tmp_path / "b", ids=("q3",))
    rewrite(train, "forecasts", lambda rows: rows.assign(forecaster_id=None))

    panel = read_backtest(folder, train).panel

    counts = np.bincount(panel.point)  # .2, .4 and the market by the middle; then .9 as well
    assert sorted(counts.tolist()) == [3, 3, 3, 4, 4, 4]
    assert len(np.unique(panel.forecaster)) == 12 and panel.forecaster.min() == 0


def test_times_may_be_texts_or_have_no_zone(tmp_path):
    folder = write_folder(tmp_path)
    whole = read_backtest(folder).panel
    rewrite(folder, "forecasts", lambda t: t.assign(timestamp=t["timestamp"].dt.tz_localize(None)))
    rewrite(folder, "eval_points", lambda t: t.assign(eval_time=t["eval_time"].astype(str)))

    panel = read_backtest(folder).panel

    assert panel.time.tolist() == whole.time.tolist()
    assert panel.probability.tolist() == whole.probability.tolist()


def test_ids_may_be_numbers_in_one_table_and_texts_in_another(tmp_path):
    folder = write_folder(tmp_path, ids=("1", "2"))
    rewrite(folder, "questions", lambda t: t.assign(question_id=t["question_id"].astype(float)))

    assert read_backtest(folder).panel.points == 4


def test_an_undated_forecast_does_not_stand(tmp_path):
    folder = write_folder(tmp_path)
    rewrite(folder, "forecasts", lambda t: t.assign(timestamp=t["timestamp"].where(t.index != 1)))

    panel = read_backtest(folder).panel

    middle = panel.evaluation == panel.evaluations.index("mid")
    assert sorted(panel.probability[middle[panel.point]].tolist()) == [0.2, 0.6]


def test_where_steps_are_asked_for_the_latest_step_stands_whenever_it_was_written(tmp_path):
    folder = write_folder(tmp_path)
    step = pd.array([2, 1, 3, 1], "Int64")  # of .2, .4, .9 and the market's .6
    rewrite(folder, "forecasts", lambda t: t.assign(step=step))
    rewrite(folder, "eval_points", lambda t: t.assign(eval_step=pd.array([2, 3], "Int64")))

    panel = read_backtest(folder).panel

    said = [sorted(panel.probability[panel.point == point].tolist()) for point in (0, 1)]
    assert said == [[0.2, 0.6], [0.6, 0.9]]


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("questions", lambda t: t.drop(columns="outcome"), "no column outcome"),
        ("forecasts", lambda t: t.drop(columns=["source", "kind"]), "no column source"),
        ("questions", lambda t: t.assign(outcome="yes"), "outcome that holds what are no numbers"),
        ("forecasts", lambda t: t.assign(timestamp="soon"), "timestamp that holds what are"),
        ("forecasts", lambda t: t.assign(timestamp=7), "timestamp that holds what are"),
        ("forecasts", lambda t: t.assign(probability=np.nan), "4 probabilities are not in"),
        ("questions", lambda t: t.assign(question_id=None), "1 rows have no question_id"),
        ("questions", lambda t: pd.concat([t, t]), "1 questions stand in it more than once"),
        ("eval_points", lambda t: pd.concat([t, t]), "2 evaluation points stand in it more"),
        ("eval_points", lambda t: t.assign(question_id="other"), "no forecast stands"),
        ("forecasts", lambda t: t.iloc[:0], "no forecast stands"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(tmp_path, table, change, told):
    folder = write_folder(tmp_path)
    rewrite(folder, table, change)

    with pytest.raises(BacktestUnreadable, match=told):
        read_backtest(folder)


def test_a_file_that_is_no_parquet_is_named(tmp_path):
    folder = write_folder(tmp_path)
    (tmp_path / "forecasts.parquet").write_text("a,b\n1,2\n")

    with pytest.raises(BacktestUnreadable, match=r"forecasts\.parquet is no Parquet file"):
        read_backtest(folder)
