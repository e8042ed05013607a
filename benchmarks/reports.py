"""A report over thousands of questions: time and memory, all forms in both languages.

    uv run python -m benchmarks.reports [--keep FOLDER]

PredictionBook (development half; restricted, read in place, nothing of it is kept): its 7,148
questions are put into a ledger as an archive that became known on one day, its 24,374 forecasts as
those of its forecasters. The report of that quarter is then produced as the server does it, by a
process of its own: people are scored; the model, which never forecast them, is not played.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert

from data.database import Database
from data.facts import as_body, save_actor, save_bank, save_question, save_resolution
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.ledger import Checkpoint, Entry, EntryKind, as_row, canonical_json, next_entry
from data.ledger import read_checkpoint as head_of
from data.tables import FORECASTS, LEDGER
from forecasts.times import instant_of

DATA = Path(__file__).parents[2] / "shared" / "backtest" / "restricted"
#: The archive became known on this day, and the report is of its quarter.
KNOWN, QUARTER = date(2022, 12, 30), "2022Q4"
WORLD = "predictionbook"
LOADED = datetime(2022, 12, 31, tzinfo=UTC)
_TEXT = {"en": "From the archive."}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="folder that gets the report")
    wanted = parser.parse_args()
    if not DATA.exists():
        print(f"no data at {DATA}")
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/archive.db"
        began = time.perf_counter()
        questions, forecasts = load(url)
        print(f"loaded in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        target = wanted.keep or Path(folder) / "out"
        seconds, processor, mib = measured(url, target)
        files = list((target / QUARTER).iterdir())
        size = sum(file.stat().st_size for file in files) / 2**20
    print("| questions | forecasts | s | CPU s | peak MiB | files | MiB of files |")
    print("|---|---|---|---|---|---|---|")
    counts = f"{questions:,} | {forecasts:,}"
    print(
        f"| {counts} | {seconds:.0f} | {processor:.0f} | {mib:,.0f} | {len(files)} | {size:.1f} |"
    )


def measured(url: str, folder: Path) -> tuple[float, float, float]:
    """Produce the report; give seconds, those of the processor, and the peak memory in MiB."""
    words = (url, str(folder), QUARTER, "1", "en,ja", "people")
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "api.reports.process", *words])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    seconds = time.perf_counter() - began
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def load(url: str) -> tuple[int, int]:
    """Put questions, forecasts and outcomes into a new ledger; give how many there are."""
    questions, forecasts = predictionbook()
    database = Database(url)
    database.migrate()
    with database.writing.begin() as connection:
        book = _Book(connection)
        book.open()
        for row in questions.itertuples():
            book.ask(row)
        book.hear(forecasts)
        for row in questions.itertuples():
            book.resolve(row)
    database.close()
    return len(questions), len(forecasts)


def predictionbook() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read questions and forecasts, with names that the API can have."""
    questions = pd.read_parquet(DATA / "questions.parquet").query("source == 'predictionbook'")
    forecasts = pd.read_parquet(DATA / "forecasts.parquet").query("source == 'predictionbook'")
    names = {name: name.replace(":", "-") for name in questions.question_id}
    questions = questions.assign(question_id=questions.question_id.map(names))
    forecasts = forecasts.assign(question_id=forecasts.question_id.map(names))
    return questions, forecasts.sort_values(["timestamp", "forecaster_id"], kind="stable")


class _Book:
    """A ledger that is being filled: entries as they come, in few statements."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.head = connection, head_of(connection)

    def append(self, kind: EntryKind, body: dict[str, Any], at: datetime = LOADED) -> Entry:
        """Put an entry into the ledger."""
        entry = next_entry(self.head, kind, body, at)
        self.connection.execute(insert(LEDGER), as_row(entry))
        self.head = Checkpoint(entry.seq, entry.hash)
        return entry

    def open(self) -> None:
        """Open the world."""
        named = {"id": WORLD, "title": {"en": "PredictionBook"}}
        document = {**named, "language": "en", "written": "2022-12-31", "characters": 1}
        bank = {**named, "format": 1, "as_of": "2022-12-31", "curator": "archive"}
        bank |= {"licence": "none", "document": document, "world": {**named, "drivers": []}}
        save_actor(self.connection, "archive", "archive", "curator")
        save_bank(self.connection, self.append("bank", {"bank": bank, "claims": [], "sources": []}))

    def ask(self, row: Any) -> None:
        """Ask a question over the window of the archive, in whole days."""
        opens = row.open_time.date()
        announced = row.end_time if pd.isna(row.close_time) else row.close_time
        closes = max(announced.date(), opens + timedelta(days=1))
        prior = {"as_of": opens, "reference_class": _TEXT, "reason": _TEXT, "probability": 0.5}
        written = QuestionFormat.model_validate(
            {
                "id": row.question_id,
                "type": "binary",
                "title": {"en": f"Question {row.question_id}"},
                "criteria": _TEXT,
                "opens": opens,
                "closes": closes,
                "resolves": closes,
                "prior": prior,
            }
        )
        body = {"world": WORLD, "version": 1, "question": as_body(written)}
        entry = self.append("question", body)
        save_question(self.connection, entry, instant_of(LOADED), "archive")

    def hear(self, forecasts: pd.DataFrame) -> None:
        """Take every forecast at the time that the archive gives; the next one supersedes it."""
        for name in sorted(set(forecasts.forecaster_id)):
            save_actor(self.connection, name, name, "person")
        standing: dict[tuple[str, str], dict[str, Any]] = {}
        rows = []
        for number, row in enumerate(forecasts.itertuples(), 1):
            said = {"question": row.question_id, "probability": float(row.probability)}
            body = {"id": f"fc-{number}", "forecaster": row.forecaster_id, "forecast": said}
            entry, at = self.append("forecast", body), instant_of(row.timestamp.to_pydatetime())
            new = {
                "id": body["id"],
                "seq": entry.seq,
                "question": row.question_id,
                "forecaster": row.forecaster_id,
                "recorded_at": at,
                "probability": said["probability"],
                "body": canonical_json(said),
                "until": None,
                "ended_by": None,
            }
            before = standing.get((row.question_id, row.forecaster_id))
            if before is not None:
                before |= {"until": at, "ended_by": "superseded"}
            standing[row.question_id, row.forecaster_id] = new
            rows.append(new)
        self.connection.execute(insert(FORECASTS), rows)

    def resolve(self, row: Any) -> None:
        """Say what happened; it was fixed after the last forecast that the archive admits."""
        fixed = min(row.end_time.date() + timedelta(days=1), KNOWN)
        written = ResolutionFormat.model_validate(
            {
                "question": row.question_id,
                "outcome": bool(row.outcome),
                "resolved_at": fixed,
                "known_by": KNOWN,
                "basis": _TEXT,
            }
        )
        body = {"resolver": "archive", "resolution": as_body(written)}
        save_resolution(self.connection, self.append("resolution", body), instant_of(LOADED))


if __name__ == "__main__":
    main()
