"""What all tests share: how Hypothesis searches, and the shipped bank in a real database."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

# As `kizashi` itself does, before numpy loads: on two cores, threads for small matrices only spin.
# (pyproject.toml leaves out the plugin of zarr, which would load it earlier.)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from api.instance import Instance, open_instance
from api.workflows.loading import load_bank
from api.workflows.restoring import restore_timelines
from data.banks import bank_directory
from data.banks import load_bank as read_bank
from data.database import Database
from forecasts.timeline import Timeline

settings.register_profile("here", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

#: The clock of every test: the questions that were added to the bank are open then.
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _unhurried() -> Iterator[None]:
    """Let no app in this process warm up: in a thread, while pytest changes what is a warning."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.app._WARM_UP_AFTER_SECONDS", 600.0)
        yield


@pytest.fixture(scope="session")
def bank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a closed database that holds the shipped bank with its history; copy it to change it."""
    path = tmp_path_factory.mktemp("bank") / "bank.db"
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        bank = read_bank(bank_directory())
        instance.writer.do(lambda transaction: load_bank(transaction, bank, NOW))
    return path


@pytest.fixture
def database(bank_database: Path, tmp_path: Path) -> Path:
    """Give a copy of the bank's database that a test may change."""
    return shutil.copy(bank_database, tmp_path / "kizashi.db")


@pytest.fixture(scope="session")
def restored(bank_database: Path) -> dict[str, Timeline]:
    """Give the bank's world as it stands: values never change, so that copies may share them."""
    database = Database(f"sqlite:///{bank_database}")
    with database.read() as connection:
        timelines = restore_timelines(connection)
    database.close()
    return timelines


@pytest.fixture
def instance(database: Path, restored: dict[str, Timeline]) -> Iterator[Instance]:
    """Give a running instance on a copy of the bank."""
    note = {"token": "t", "url": ""}
    address = f"sqlite:///{database}"
    with open_instance(address, lambda: NOW, note, lambda _: dict(restored)) as running:
        yield running
