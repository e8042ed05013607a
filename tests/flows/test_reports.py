"""Reports of the whole bank, by real processes: all forms, equal bytes, and nothing half-made."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from api.instance import open_instance
from api.workflows.crediting import read_histories
from api.workflows.judging import judge_voices
from data.database import Database
from data.ledger import verify
from forecasts.judged_boards import voice_board
from tests.api.reporting import sentences_of, table_of
from tests.conftest import NOW
from tests.flows.serving import ROOT, environment, served

pytestmark = pytest.mark.slow

#: Questions with an outcome in each quarter of the bank.
COUNTS = {"2025Q2": 7, "2025Q3": 5, "2025Q4": 4, "2026Q1": 9, "2026Q2": 1, "2026Q3": 1}
LONGEST = 600.0


def produce(database: Path, folder: Path, *quarters: str) -> None:
    words = (f"sqlite:///{database}", str(folder), ",".join(quarters), "1", "en,ja", "all")
    subprocess.run(
        [sys.executable, "-m", "api.reports.process", *words],
        cwd=ROOT, env=environment(), check=True, timeout=LONGEST,
    )  # fmt: skip


@pytest.fixture(scope="module")
def bank_reports(bank_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank-reports")
    produce(bank_database, folder, *COUNTS)
    return folder


def values_in(folder: Path, quarter: str) -> dict:
    return json.loads((folder / quarter / "report.json").read_text("utf-8"))


@pytest.mark.parametrize(("quarter", "count"), COUNTS.items())
def test_every_quarter_of_the_bank_has_its_outcomes_in_all_forms(bank_reports, quarter, count):
    values = values_in(bank_reports, quarter)
    names = {path.name for path in (bank_reports / quarter).iterdir()}

    assert len(table_of(values, "outcomes")) == values["headline"]["questions"] == count
    assert {f"report.{lang}.{form}" for lang in ("en", "ja") for form in ("html", "pdf")} <= names
    assert {"report.json", "outcomes.parquet", "by_voice.parquet"} <= names
    assert values["retrospective"] == "all"
    assert "Retrospective" in sentences_of(values, "summary")[0]["message"]
    for form in ("en", "ja"):
        assert "\ufffd" not in (bank_reports / quarter / f"report.{form}.html").read_text("utf-8")


def test_voices_have_the_scores_that_the_leaderboard_gives_them(bank_reports, bank_database):
    database = Database(f"sqlite:///{bank_database}")
    with database.read() as connection:
        table = judge_voices(connection, read_histories(connection))
    database.close()
    for quarter in COUNTS:
        told = {one.voice: one for one in voice_board(table.select(period=quarter))}
        rows = table_of(values_in(bank_reports, quarter), "by_voice")
        assert {row["voice"].replace("-", " ") for row in rows} == set(told)
        for row in rows:
            wanted = told[row["voice"].replace("-", " ")]
            assert row["log2_loss"] == pytest.approx(wanted.log2_loss, rel=1e-12)
            assert row["brier"] == pytest.approx(wanted.brier, rel=1e-12)
            assert row["questions"] == wanted.questions


def test_two_builds_from_one_checkpoint_are_the_same_bytes(bank_reports, bank_database, tmp_path):
    produce(bank_database, tmp_path, "2025Q3")

    for path in sorted((bank_reports / "2025Q3").iterdir()):
        assert path.read_bytes() == (tmp_path / "2025Q3" / path.name).read_bytes(), path.name


def test_a_killed_server_leaves_no_half_report_and_the_next_one_finishes_it_once(
    bank_database, tmp_path, monkeypatch
):
    monkeypatch.setenv("KIZASHI_REPORTS_AFTER_HOURS", "0")
    database = shutil.copy(bank_database, tmp_path / "killed.db")
    make_live(database)

    with served(database) as (_, process):
        worker = wait_for_worker(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
    os.kill(worker, signal.SIGKILL)
    assert stored(database) == (0, 0, 0)

    with served(database):
        wait_until(lambda: stored(database)[0] == 1)
    with served(database):
        time.sleep(10)  # two looks at what is due, at least

    reports, entries, files = stored(database)
    assert (reports, entries) == (1, 1) and files > 10


def make_live(database: Path) -> None:
    """Put an entry that no bank dated back before the end of the bank's last quarter."""
    body = {"question": "x", "resolver": "y", "admin": "z", "reason": "To be live."}
    at = datetime(2026, 8, 1, tzinfo=UTC)
    with open_instance(f"sqlite:///{database}", lambda: NOW) as instance:
        instance.writer.do(lambda transaction: transaction.append("sign_off", body, at))


def wait_for_worker(server: int) -> int:
    """Wait until a server has a process that produces reports; give its id."""
    found: list[int] = []

    def is_there() -> bool:
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for child in children:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"api.reports.process" in command:
                found.append(int(child))
        return bool(found)

    wait_until(is_there, every=1)
    time.sleep(3)
    return found[0]


def wait_until(is_so, every: float = 5.0) -> None:
    deadline = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(every)


def stored(path: Path) -> tuple[int, int, int]:
    """Give how many reports, entries of theirs, and files there are, in a ledger that is whole."""
    database = Database(f"sqlite:///{path}")
    with database.read() as connection:
        verify(connection)
        counts = tuple(
            int(connection.execute(text(f"SELECT COUNT(*) FROM {what}")).scalar() or 0)
            for what in ("report", "ledger WHERE kind = 'report'", "report_file")
        )
    database.close()
    return counts
