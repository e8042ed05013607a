"""The deeds on markets: read a platform from where it was left, read old answers again, files."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from api.workflows.quoting import take_quotes
from data.database import Database
from data.importers.base import Cursor, Followed, Importer, State
from data.importers.fetching import Answer, Ask, Fetcher, PlatformRefuses
from data.importers.files import TableFile, files_of, read_rows, reads_of, rows_of_bytes
from data.importers.records import Read
from data.market_cursors import (
    DONE,
    FAILED,
    INTERRUPTED,
    begin_sync,
    count_in_sync,
    end_sync,
    read_cursors,
    read_followed,
    save_cursors,
)
from data.markets import Moved, save_read
from data.raw_answers import count_fetches, read_fetches, save_raw
from data.writer import Transaction, Writer
from forecasts.errors import KizashiError
from forecasts.times import instant_of

#: A cursor that a platform no longer knows is answered so: the part begins anew.
_CURSOR_GONE = frozenset({400, 404, 410, 422})
#: What a file of a platform is called among its parts; its bytes are kept like answers.
FILE = "file"


class SyncStopped(KizashiError):
    """A sync was told to stop; the next one goes on where it was."""

    message = "The sync was stopped after {requests} requests. The next one goes on there."


class NothingToReplay(KizashiError):
    """Nothing was ever read of a platform."""

    message = "Nothing was read of {platform} yet, so that there is nothing to read again."


class Home(Protocol):
    """Where markets are stored: a running instance is one."""

    @property
    def database(self) -> Database:
        """For reads."""

    @property
    def writer(self) -> Writer:
        """For changes."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Gives the present time."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a sync has come: its requests, what they moved, and the part that is being read."""

    requests: int
    moved: Moved
    part: str


type Tell = Callable[[Told], None]


@dataclass(slots=True)
class _Sync:
    """A sync that is going on."""

    home: Home
    importer: Importer
    number: int
    cursors: dict[str, Cursor]
    moved: Moved
    requests: int = 0
    last: tuple[str, bytes] | None = None

    def take(self, ask: Ask, answer: Answer) -> Read:
        """Read an answer and store it, with how far that goes, in one change."""
        at = instant_of(self.home.clock())
        is_new = answer.status == 200  # else: nothing changed, or nothing is there
        platform = self.importer.platform
        read = self.importer.read(ask.part, ask.about, answer.body, at) if is_new else Read()
        if is_new and read.rows and self.last == (ask.part, answer.body):
            read.following = None  # the cursor was not understood: the same page came again
        after = self.importer.advance(self.cursors, ask, read, answer)

        def store(transaction: Transaction) -> Moved:
            connection, moved = transaction.connection, Moved()
            if is_new:
                sha = save_raw(
                    connection, platform, ask.part, answer.url, ask.about, answer.body, at
                )
                moved = save_read(connection, platform, ask.part, read, sha, at)
            save_cursors(connection, platform, after, at)
            count_in_sync(connection, self.number, moved)
            return moved

        self.moved.add(self.home.writer.do(store))
        self.cursors |= after
        self.requests, self.last = self.requests + 1, (ask.part, answer.body)
        return read


def sync_platform(
    home: Home,
    importer: Importer,
    fetcher: Fetcher,
    tell: Tell | None = None,
    *,
    follows_all: bool = False,
    stop: threading.Event | None = None,
) -> Moved:
    """Read a platform from where it was left; every answer is stored as it comes.

    Raises:
        PlatformRefuses, PlatformAway, AnswerTooLong, AnswerUnreadable: see there; what was read
            until then is kept, and the next sync goes on there.
        SyncStopped: `stop` was set.
    """
    platform, now = importer.platform, instant_of(home.clock())
    number = home.writer.do(lambda change: begin_sync(change.connection, platform, now))
    with home.database.read() as connection:
        cursors = read_cursors(connection, platform)
    sync = _Sync(home, importer, number, cursors, Moved())
    try:
        _go_through(sync, fetcher, tell, stop, follows_all=follows_all)
    except BaseException as error:
        status = FAILED if isinstance(error, KizashiError) else INTERRUPTED
        status = INTERRUPTED if isinstance(error, SyncStopped) else status
        _end(sync, status, str(error) if isinstance(error, KizashiError) else type(error).__name__)
        raise
    _end(sync, DONE, None)
    return sync.moved


def _go_through(
    sync: _Sync,
    fetcher: Fetcher,
    tell: Tell | None,
    stop: threading.Event | None,
    *,
    follows_all: bool,
) -> None:
    """Send the requests of a sync, one after the other."""
    home, platform = sync.home, sync.importer.platform

    def followed() -> list[Followed]:
        with home.database.read() as connection:
            return read_followed(connection, platform, follows_all=follows_all)

    state = State(sync.cursors, followed, instant_of(home.clock()))
    asks = sync.importer.asks(state)
    ask = next(asks, None)
    while ask is not None:
        if stop is not None and stop.is_set():
            raise SyncStopped(requests=sync.requests)
        try:
            answer = fetcher.get(ask)
        except PlatformRefuses as error:
            if error.facts["status"] not in _CURSOR_GONE or "next" not in sync.cursors.get(
                ask.part, {}
            ):
                raise
            sync.cursors[ask.part].pop("next")
            asks = sync.importer.asks(state)
            ask = next(asks, None)
            continue
        read = sync.take(ask, answer)
        _say(tell, sync.requests, sync.moved, ask.part)
        try:
            ask = asks.send(read)
        except StopIteration:
            return


def _end(sync: _Sync, status: str, reason: str | None) -> None:
    """Note how a sync ended; what was read until then of linked markets goes into the ledger."""
    now = sync.home.clock()

    def end(transaction: Transaction) -> None:
        take_quotes(transaction, sync.importer.platform, now)
        end_sync(transaction.connection, sync.number, status, reason, instant_of(now))

    sync.home.writer.do(end)


def replay_platform(
    home: Home, platform: str, importer: Importer | None, tell: Tell | None = None
) -> Moved:
    """Read all answers of a platform again, as a mended parser does, and store what differs.

    Raises:
        NothingToReplay: there are none.
    """
    with home.database.read() as connection:
        if not count_fetches(connection, platform):
            raise NothingToReplay(platform=platform)
    moved, requests, after = Moved(), 0, 0
    while True:
        with home.database.read() as connection:
            number, fetch = next(read_fetches(connection, platform, after), (0, None))
        if fetch is None:
            return moved
        after = number
        if fetch.part == FILE:
            rows = rows_of_bytes(fetch.body, FILE, fetch.about.get("source"))
            reads = list(reads_of(rows, tuple(fetch.about["holds"]), fetch.fetched_at))
        elif importer is not None:
            reads = [importer.read(fetch.part, fetch.about, fetch.body, fetch.fetched_at)]
        else:
            reads = []
        for read in reads:
            moved.add(_store(home, platform, fetch.part, read, fetch.sha256, fetch.fetched_at))
        requests += 1
        _say(tell, requests, moved, fetch.part)


def _say(tell: Tell | None, requests: int, moved: Moved, part: str) -> None:
    """Tell how far it is, if anybody wants to know."""
    if tell is not None:
        tell(Told(requests, moved, part.partition("/")[0]))


def _count(number: int, moved: Moved, transaction: Transaction) -> None:
    """Add what one answer moved to its sync."""
    count_in_sync(transaction.connection, number, moved)


def _store(home: Home, platform: str, part: str, read: Read, sha256: str, at: float) -> Moved:
    """Store what was read."""
    return home.writer.do(
        lambda change: save_read(change.connection, platform, part, read, sha256, at)
    )


def import_files(
    home: Home, path: Path, platform: str, source: str | None, tell: Tell | None = None
) -> Moved:
    """Import a file, or a folder of questions and forecasts, as a platform of its own.

    Raises:
        FileUnreadable: it is no such table.
    """
    at = instant_of(home.clock())
    files = files_of(path)
    rows = [read_rows(file.path, source) for file in files]  # before anything is stored
    number = home.writer.do(lambda change: begin_sync(change.connection, platform, at))
    moved, requests = Moved(), 0
    for file, said in zip(files, rows, strict=True):
        sha = _keep(home, file, platform, source, at)
        for read in reads_of(said, file.holds, at):
            one = _store(home, platform, FILE, read, sha, at)
            home.writer.do(partial(_count, number, one))
            moved.add(one)
            requests += 1
            _say(tell, requests, moved, file.path.name)

    def end(transaction: Transaction) -> None:
        take_quotes(transaction, platform, home.clock())
        end_sync(transaction.connection, number, DONE, None, at)

    home.writer.do(end)
    return moved


def _keep(home: Home, file: TableFile, platform: str, source: str | None, at: float) -> str:
    """Keep the bytes of a file; only its name is kept of where it stood."""
    body, about = file.path.read_bytes(), {"source": source, "holds": list(file.holds)}
    return home.writer.do(
        lambda change: save_raw(
            change.connection, platform, FILE, f"file:{file.path.name}", about, body, at
        )
    )
