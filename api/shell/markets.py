"""Reading other platforms from the command line: syncs with their progress, health, files."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from api.command import current_command
from api.instance import open_instance
from api.language import translate
from api.market_platforms import PLATFORMS, importer_of, planned_platforms, reading_of
from api.settings import read_settings
from api.shell.opening import call, call_for_all, database_url
from api.shell.output import format_of_list, print_json, print_list, print_table, wants_json
from api.workflows.syncing import (
    Tell,
    Told,
    import_files,
    replay_platform,
    sync_platform,
)
from data.database import WriteLock, database_path
from data.importers.fetching import fetching
from data.importers.files import PlatformTaken
from data.market_cursors import RUNNING
from data.markets import Moved
from forecasts.errors import KizashiError

#: Between two looks at a sync that a server does.
_LOOK_SECONDS = 5.0
_PRICED = ("price", "bid", "ask", "volume")
_NAME = re.compile(r"[^a-z0-9_-]+")


class NoPlatform(KizashiError):
    """No platform is named, and none is set."""

    message = "Name the platforms to read, or set market_sync_platforms. There are: {platforms}."


class SyncFailed(KizashiError):
    """A server's sync did not come to its end."""

    message = "{platform}: the sync ended as {status} ({reason})."


def sync(database: str | None, platforms: list[str], language: str, *, follows_all: bool) -> None:
    """Read platforms one after the other, here or in the server that holds the database.

    Raises:
        NoPlatform, NoSuchPlatform, TermsNotAccepted: see there.
        PlatformRefuses, PlatformAway, AnswerTooLong, AnswerUnreadable: see there.
        SyncFailed: the server's sync did.
    """
    settings = read_settings()
    names = platforms or list(planned_platforms(settings))
    if not names:
        raise NoPlatform(platforms=", ".join(PLATFORMS))
    if current_command().server is not None or _is_served(database):
        for name in names:
            _sync_there(database, name, language)
        return
    for name in names:
        importer_of(name, settings)
    every = follows_all or settings.market_history == "all"
    with open_instance(database_url(database)) as instance:
        for name in names:
            reading = reading_of(name, settings)
            with fetching(reading.fetcher) as fetcher, _progress(name, language) as tell:
                moved = sync_platform(instance, reading.importer, fetcher, tell, follows_all=every)
            print_json({"platform": name, **asdict(moved)})


def _is_served(database: str | None) -> bool:
    """Tell whether a server holds the database."""
    return WriteLock(database_path(database_url(database))).holder() is not None


def _sync_there(database: str | None, name: str, language: str) -> None:
    """Ask a server to read a platform, and tell how far it is.

    Raises:
        SyncFailed: it did not come to its end.
    """
    before = _last_sync(database, name, language)
    call(database, "POST", f"/platforms/{name}/syncs", {}, language)
    with _progress(name, language) as tell:
        while True:
            time.sleep(_LOOK_SECONDS)
            last = _last_sync(database, name, language)
            if last is None or last == before:
                continue
            counts = {key: last[key] for key in asdict(Moved())}
            tell(Told(last["requests"], Moved(**counts), last["status"]))
            if last["status"] != RUNNING:
                break
    if last["status"] != "done":
        raise SyncFailed(platform=name, status=last["status"], reason=last["reason"])
    print_json({"platform": name, **counts})


def _last_sync(database: str | None, name: str, language: str) -> dict[str, Any] | None:
    """Give the newest sync of a platform."""
    told = call(database, "GET", f"/platforms/{name}", None, language)
    last: dict[str, Any] | None = told["last_sync"]
    return last


@contextmanager
def _progress(name: str, language: str) -> Iterator[Tell]:
    """Show how far something is; give what tells it."""
    words = translate(
        "{part}: {requests} answers, {markets} markets, {quotes} prices, {aside} put aside",
        language,
    )
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task: TaskID = bar.add_task(name, total=None, told="")

        def tell(told: Told) -> None:
            text = words.format(
                part=told.part,
                requests=told.requests,
                markets=told.moved.markets_new + told.moved.markets_changed,
                quotes=told.moved.quotes,
                aside=told.moved.quarantined,
            )
            bar.update(task, told=text)

        yield tell


def list_markets(
    database: str | None, filters: dict[str, str | None], output: str | None, language: str
) -> None:
    """Print markets."""
    form = format_of_list(output)
    items = call_for_all(database, "/markets", language, **filters)
    if form != "table":
        print_list(items, form)
        return
    words = ("Market", "Title", "Status", "Price", "Bid", "Ask", "Volume", "Closes")
    rows = [
        (
            item["id"],
            item["title"][:80],
            translate(item["status"], language),
            *(_short((item["quote"] or {}).get(name)) for name in _PRICED),
            (item["closes"] or "")[:10],
        )
        for item in items
    ]
    print_table([translate(word, language) for word in words], rows)


def health(database: str | None, platform: str | None, output: str | None, language: str) -> None:
    """Print how reading the platforms goes."""
    if platform is not None:
        print_json(call(database, "GET", f"/platforms/{platform}", None, language))
        return
    answer = call(database, "GET", "/platforms", None, language)
    if wants_json(output):
        print_json(answer)
        return
    words = ("Platform", "Last sync", "Status", "Markets", "Prices", "Outcomes", "Put aside")
    rows = [
        (
            item["id"],
            ((item["last_sync"] or {}).get("started_at") or "–")[:16],
            (item["last_sync"] or {}).get("status", "–"),
            item["markets"],
            item["quotes"],
            item["outcomes"],
            item["quarantined"],
        )
        for item in answer["items"]
    ]
    print_table([translate(word, language) for word in words], rows)


def rank(
    database: str | None, platform: str, average: str, output: str | None, language: str
) -> None:
    """Print how well the voices of a platform did on its own resolved markets."""
    found = call_for_all(
        database, "/leaderboards/markets", language, platform=platform, average=average
    )
    if wants_json(output):
        print_json({"items": found})
        return
    words = ("Forecaster", "Markets", "n", "Coverage", "Brier", "Bits", "Peer")
    named = ("markets", "prices", "coverage", "brier", "log2_loss", "peer")
    rows = [
        (item["voice"] or item["platform"], *(_short(item[name]) for name in named))
        for item in found
    ]
    print_table([translate(word, language) for word in words], rows)


def follow(database: str | None, market: str, language: str, *, wanted: bool) -> None:
    """Have the history of a market read, or no longer."""
    path = f"/markets/{market}/following"
    print_json(call(database, "POST", path, {"followed": wanted}, language))


def replay(database: str | None, platform: str, language: str) -> None:
    """Read the kept answers of a platform again.

    Raises:
        NothingToReplay: there are none.
    """
    importer = importer_of(platform, read_settings()) if platform in PLATFORMS else None
    with open_instance(database_url(database)) as instance, _progress(platform, language) as tell:
        moved = replay_platform(instance, platform, importer, tell)
    print_json({"platform": platform, **asdict(moved)})


def import_file(
    database: str | None, file: str, platform: str | None, source: str | None, language: str
) -> None:
    """Import a file, once for each source that is asked for.

    Raises:
        FileUnreadable: it is no such table.
        PlatformTaken: its platform would have the name of one that is read itself.
    """
    path = Path(file)
    with open_instance(database_url(database)) as instance:
        for one in source.split(",") if source else [None]:
            name = _NAME.sub("-", (platform or one or path.stem).lower()).strip("-") or "file"
            if name in PLATFORMS:
                raise PlatformTaken(platforms=", ".join(PLATFORMS))
            with _progress(name, language) as tell:
                moved = import_files(instance, path, name, one, tell)
            print_json({"platform": name, **asdict(moved)})


def _short(value: float | None) -> str:
    """Write a number shortly."""
    return "" if value is None else f"{value:.4g}"
