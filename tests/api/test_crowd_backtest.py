"""`kizashi backtest crowd`: from a folder to rows, on a terminal, in a pipe, and when it cannot."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli import app, main
from forecasts.crowd_scores import CrowdRow
from tests.data.backtest_folders import write_folder

pytestmark = pytest.mark.slow

COLUMNS = list(CrowdRow.__slots__)


def run(*arguments):
    return CliRunner().invoke(app, ["backtest", "crowd", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "test", ids=("q1", "q2"))


def test_rows_have_every_column_and_numbers_worked_by_hand(folder):
    rows = json.loads(run(folder, "-o", "json").stdout)

    by_name = {(row["evaluation"], row["method"]): row for row in rows}
    median = by_name["final", "median"]
    market = by_name["final", "market"]
    assert list(median) == COLUMNS
    assert median["n"] == 2
    assert median["brier"] == pytest.approx(0.01)  # .9 said, yes
    assert market["brier"] == pytest.approx(0.16)  # .6 said
    assert market["difference"] == pytest.approx(0.15)
    assert market["difference_se"] is None  # both questions are of one group
    assert median["reference"] == "median"
    assert median["unc"] == 0.0
    assert by_name["mid", "median"]["brier"] == pytest.approx(0.36)


def test_csv_and_parquet_hold_what_json_holds(folder):
    as_json = pd.DataFrame(json.loads(run(folder, "-o", "json").stdout))

    as_csv = pd.read_csv(io.StringIO(run(folder, "-o", "csv").stdout))
    as_parquet = pd.read_parquet(io.BytesIO(run(folder, "-o", "parquet").stdout_bytes))

    for other in (as_csv, as_parquet):
        assert list(other) == COLUMNS
        assert other["brier"].to_numpy() == pytest.approx(as_json["brier"].to_numpy())


@pytest.mark.parametrize(("kind", "methods"), [("market", 2), ("human", 8)])
def test_a_folder_may_have_markets_only_or_people_only(folder, kind, methods):
    path = Path(folder) / "forecasts.parquet"
    said = pd.read_parquet(path)
    said[said["kind"] == kind].to_parquet(path)

    rows = json.loads(run(folder, "-o", "json").stdout)

    assert len(rows) == 2 * methods  # at both evaluations
    assert {row["reference"] for row in rows} == {"market" if kind == "market" else "median"}


def test_a_table_names_sources_and_methods(folder):
    told = run(folder, "-o", "table").stdout

    assert "made" in told
    assert "house" in told


def test_a_folder_to_learn_from_and_folds_exclude_each_other(folder, capsys, monkeypatch):
    monkeypatch.setattr(
        "sys.argv", ["kizashi", "backtest", "crowd", folder, "--train", folder, "--folds", "3"]
    )

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert "not both" in capsys.readouterr().err


def test_learning_from_the_folder_itself_is_refused(folder, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["kizashi", "backtest", "crowd", folder, "--train", folder])

    with pytest.raises(SystemExit):
        main()

    assert "All 2 questions" in capsys.readouterr().err
