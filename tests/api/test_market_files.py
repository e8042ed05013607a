"""Files of forecasts as markets: counts as their README says, scores as `kizashi score` gives."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app
from api.instance import Instance, open_instance
from api.settings import Settings
from api.workflows.syncing import import_files, replay_platform
from data.importers.files import FileUnreadable
from data.market_tables import QUARANTINE
from data.markets import Moved
from tests.conftest import NOW

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"
SOURCES = {
    "manifold_mirror": "restricted",
    "forecastbench_market": "open",
    "replication_markets": "open",
}
WINDOW = ["open_time", "close_time", "end_time", "resolve_time"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    path = tmp_path_factory.mktemp("files") / "files.db"
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        yield instance


@pytest.fixture(scope="module")
def client(home: Instance) -> Iterator[TestClient]:
    settings = Settings.model_construct(rate_strangers=0, rate_per_minute=0)
    with TestClient(create_app(home, settings), raise_server_exceptions=False) as opened:
        yield opened


def said_by_readme(source: str) -> tuple[int, int, int]:
    """Give the numbers of questions, forecasts and forecasters that the folder's README says."""
    row = re.search(rf"^\| {source} \|(.*)$", (BACKTEST / "README.md").read_text(), re.MULTILINE)
    cells = [cell.strip().replace(",", "") for cell in str(row[1]).split("|")]
    return int(cells[0]), int(cells[2]), int(cells[3])


def scored(tmp_path: Path, source: str, *, over_time: bool) -> dict[str, dict]:
    """Score the same rows by `kizashi score`."""
    folder = BACKTEST / SOURCES[source]
    questions = pd.read_parquet(folder / "questions.parquet").query("source == @source")
    forecasts = pd.read_parquet(folder / "forecasts.parquet").query("source == @source")
    columns = ["question_id", "outcome", *(WINDOW if over_time else [])]
    table = forecasts[["question_id", "forecaster_id", "timestamp", "probability"]].merge(
        questions[columns], on="question_id"
    )
    if over_time:
        table = table.dropna(subset=["open_time"])  # which 14 questions of ForecastBench lack
    file = tmp_path / "table.parquet"
    table.drop(columns=[] if over_time else ["timestamp"]).to_parquet(file)
    told = CliRunner().invoke(
        app, ["score", str(file), "--by", "forecaster", "--quick", "-o", "json"]
    )
    assert told.exit_code == 0, told.output
    return {row["forecaster"]: row for row in json.loads(told.stdout)}


@pytest.mark.skipif(not BACKTEST.exists(), reason="the backtest folder is not here")
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_imported_whole_and_scores_as_the_same_rows_do(home, client, source, tmp_path):
    folder = BACKTEST / SOURCES[source]
    moved = import_files(home, folder, source, source)
    again = import_files(home, folder, source, source)
    told = client.get(f"/api/v1/platforms/{source}").json()

    questions, forecasts, forecasters = said_by_readme(source)
    assert (told["markets"], told["quotes"], told["voices"]) == (questions, forecasts, forecasters)
    assert (told["quarantined"], told["outcomes"]) == (0, questions)
    assert moved == Moved(markets_new=questions, quotes=forecasts, outcomes=questions)
    assert again == Moved()
    for average in ("time", "prices"):
        wanted = scored(tmp_path, source, over_time=average == "time")
        address = f"/api/v1/leaderboards/markets?platform={source}&average={average}&limit=500"
        found = {item["voice"]: item for item in client.get(address).json()["items"]}
        assert found.keys() == wanted.keys()
        for voice, row in wanted.items():
            for name in ("brier", "log2_loss", *(("baseline", "peer") if "peer" in row else ())):
                assert found[voice][name] == pytest.approx(row[name], abs=1e-12, nan_ok=True)


def test_a_file_with_a_broken_row_goes_in_without_it_and_can_be_read_again(home, client, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(
        "question_id,text,timestamp,probability,close_time,outcome,bid,ask,sparkle\n"
        "1,Will it rain?,2026-11-01T00:00:00Z,0.3,2026-12-01,yes,0.2,0.4,x\n"
        "1,Will it rain?,2026-11-02T00:00:00Z,1.7,2026-12-01,yes,0.2,0.4,x\n"
        "2,Will it snow?,2026-11-02T00:00:00Z,0.1,2026-12-01,,,,x\n"
    )
    moved = import_files(home, file, "mine", None)
    replayed = replay_platform(home, "mine", None)
    found = client.get("/api/v1/markets/mine:1").json()
    with home.database.read() as connection:
        aside = connection.execute(select(QUARANTINE).where(QUARANTINE.c.platform == "mine")).all()

    assert moved == Moved(markets_new=2, quotes=2, outcomes=1, quarantined=1)
    assert replayed == Moved()
    assert found["quote"]["price"] == 0.3 and found["outcome"]["value"] == 1
    assert (found["quote"]["low"], found["quote"]["high"]) == (pytest.approx(0.2), 0.4)
    assert [row.shape for row in aside] == ["TableQuote"]
    assert "probability" in aside[0].reason


def test_what_is_no_table_of_forecasts_is_refused(home, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")

    for name in ("other.csv", "broken.parquet", "nothing.csv"):
        with pytest.raises(FileUnreadable, match="cannot be imported"):
            import_files(home, tmp_path / name, "other", None)


def test_a_file_cannot_be_of_a_platform_that_is_read_itself(tmp_path):
    (tmp_path / "manifold.csv").write_text("question_id,probability\n1,0.5\n")
    told = CliRunner().invoke(
        app,
        ["markets", "import", str(tmp_path / "manifold.csv"),
         "--database", f"sqlite:///{tmp_path / 'k.db'}"],
    )  # fmt: skip

    assert told.exit_code != 0
