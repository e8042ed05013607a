"""The reporter: has reports produced by another process, and publishes them when they are due."""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from sqlalchemy import Connection

from api.changes import durable
from api.instance import Instance
from api.language import LANGUAGES
from api.reports.comparing import Values, built_of, says_the_same
from api.reports.due import due_quarters
from api.reports.editions import VALUES
from api.reports.folders import read_folder
from api.reports.versions import made_with
from api.workflows.publishing import ReportFailed, publish_report
from data.ledger import read_entries
from data.reports import BuiltReport, read_file, read_reports
from data.writer import Transaction
from forecasts.errors import Refused
from forecasts.reports.quarters import Quarter, require_over

_LOG = logging.getLogger("kizashi.reports")
#: How often it is looked whether a report is due.
_TICK_SECONDS = 60.0
#: After a failure the same is not tried again for an hour.
_REST_DAYS = 1 / 24


class NothingNew(Refused):
    """An edition is asked for that would say what the one before it says."""

    message = (
        "Edition {edition} of {quarter} says all that there is to say: no outcome, score or "
        "forecast of it has changed since."
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is asked to produce."""

    url: str
    folder: str
    quarters: tuple[Quarter, ...]
    first_month: int
    languages: tuple[str, ...] = LANGUAGES
    plays: bool = True


type Produce = Callable[[Order], Awaitable[None]]


@dataclass(slots=True)
class Reporter:
    """Publishes reports, one at a time; what is due follows from the ledger alone.

    Attributes:
        instance: whose ledger is reported on.
        first_month: with which the year begins in titles.
        after_hours: a quarter's report is due so long after its end, and a correction so long
            after the outcome that makes it; None: reports are made only when somebody asks.
        produce: makes the files; tests may give one that fails.
    """

    instance: Instance
    first_month: int = 1
    after_hours: float | None = 24.0
    produce: Produce = field(default_factory=lambda: run_process)
    _task: "asyncio.Task[None] | None" = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _told: dict[str, int] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """Begin to look what is due."""
        if self.after_hours is not None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop, also in the middle of a report: nothing of it is published."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def publish(
        self,
        quarter: Quarter,
        actor: str | None,
        languages: tuple[str, ...] = LANGUAGES,
        *,
        plays: bool = True,
    ) -> str:
        """Produce a quarter's report from the newest checkpoint, and publish it; give its id.

        Raises:
            QuarterNotOver, NothingNew, ReportFailed, EditionTaken: see there.
        """
        require_over(quarter, self.instance.clock_instant())
        async with self._lock:
            await asyncio.to_thread(self._require_input, quarter, made_with(plays=plays))
            await asyncio.to_thread(self.instance.let_time_pass)
            with TemporaryDirectory(prefix="kizashi-report-") as folder:
                url = self.instance.database.url
                order = Order(url, folder, (quarter,), self.first_month, languages, plays)
                await self.produce(order)
                built = await asyncio.to_thread(_read, Path(folder) / quarter.name)
            await asyncio.to_thread(self._require_news, built)
            now = self.instance.clock()

            def change(transaction: Transaction) -> str:
                return publish_report(transaction, built, actor, now)

            return await durable(self.instance, change)

    async def publish_due(self) -> list[str]:
        """Publish all that is due now; give the ids."""
        found = []
        for quarter, newest in await asyncio.to_thread(self._due):
            now = self.instance.clock_instant()
            if self._told.get(quarter.name) == newest or now < self._rests.get(quarter.name, 0.0):
                continue
            try:
                found.append(await self.publish(quarter, None))
            except NothingNew:
                self._told[quarter.name] = newest
            except Exception:  # noqa: BLE001  # whatever it is, the server lives on
                self._rests[quarter.name] = now + _REST_DAYS
                _LOG.exception("a report failed")
        return found

    async def _run(self) -> None:
        """Look again and again what is due."""
        while True:
            await self.publish_due()
            await asyncio.sleep(_TICK_SECONDS)

    def _due(self) -> list[tuple[Quarter, int]]:
        """Read what is due."""
        assert self.after_hours is not None
        now = self.instance.clock_instant()
        with self.instance.database.read() as connection:
            return due_quarters(connection, now, self.after_hours / 24)

    def _require_input(self, quarter: Quarter, made: dict[str, str]) -> None:
        """Refuse, before anything is built, an edition from the same input by the same means."""
        with self.instance.database.read() as connection:
            before = _newest_values(connection, quarter.name)
            if before is None or before["origin"]["made_with"] != made:
                return
            later = read_entries(connection, before["origin"]["entries"])
            if all(entry.kind == "report" for entry in later):
                raise NothingNew(edition=before["edition"], quarter=quarter.name)

    def _require_news(self, built: BuiltReport) -> None:
        """Refuse an edition that says nothing new."""
        with self.instance.database.read() as connection:
            before = _newest_values(connection, built.quarter)
        if before is not None and says_the_same(before, json.loads(built.files[VALUES])):
            raise NothingNew(edition=before["edition"], quarter=built.quarter)


async def run_process(order: Order) -> None:
    """Produce reports in a process of its own.

    Raises:
        ReportFailed: it ended badly.
    """
    words = (
        order.url,
        order.folder,
        ",".join(quarter.name for quarter in order.quarters),
        str(order.first_month),
        ",".join(order.languages),
        "all" if order.plays else "people",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.reports.process", *words
    )
    try:
        await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ReportFailed


def get_reporter(request: Request) -> Reporter:
    """Give the reporter of the running application."""
    reporter: Reporter = request.app.state.reporter
    return reporter


def _newest_values(connection: Connection, quarter: str) -> Values | None:
    """Read what the newest edition of a quarter says; None: there is none."""
    rows = read_reports(connection, quarter=quarter)
    return json.loads(read_file(connection, rows[-1].id, VALUES).body) if rows else None


def _read(folder: Path) -> BuiltReport:
    """Read what the process left."""
    files = read_folder(folder)
    return built_of(json.loads(files[VALUES]), files)
