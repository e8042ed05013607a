"""Each importer against a server that answers as its platform documents, oddities included."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.instance import Instance, open_instance
from api.workflows.syncing import replay_platform, sync_platform
from data.importers.fetching import Fetcher, Patience, PlatformAway, PlatformRefuses, fetching
from data.market_cursors import follow, read_syncs
from data.market_tables import (
    MARKET_OUTCOMES,
    MARKETS,
    QUARANTINE,
    QUOTES,
    RAW_ANSWERS,
    RAW_FETCHES,
    UNKNOWN_FIELDS,
)
from data.markets import Moved
from tests.api.listening import serving
from tests.api.market_worlds import Platform
from tests.api.market_worlds_more import PLATFORMS, TOKEN
from tests.conftest import NOW

pytestmark = pytest.mark.slow

#: Nothing is waited for longer than a moment.
HASTE = Patience(attempts=4, first=0.01, longest=0.02, jitter=0.01)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Instance]:
    with open_instance(f"sqlite:///{tmp_path / 'markets.db'}", lambda: NOW) as instance:
        yield instance


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Platform:
    return PLATFORMS[request.param]()


def synced(home: Instance, platform: Platform, url: str) -> Moved:
    importer = platform.make(url)
    with fetching(Fetcher(importer.platform, 1_000, HASTE, importer.headers())) as fetcher:
        return sync_platform(home, importer, fetcher)


def address(place: tuple[str, int]) -> str:
    return f"http://{place[0]}:{place[1]}"


def count(home: Instance, table) -> int:
    with home.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def followed_sync(home: Instance, platform: Platform, url: str) -> None:
    """Sync, follow, and sync again, so that histories are there too."""
    synced(home, platform, url)
    for market in platform.follow:
        home.writer.do(lambda change, market=market: follow(change.connection, market))
    if platform.follow:
        synced(home, platform, url)


def test_a_full_sync_finds_every_market_price_and_outcome(home: Instance, platform: Platform):
    with serving(platform.app) as place:
        followed_sync(home, platform, address(place))

    assert count(home, MARKETS) == platform.markets
    assert count(home, QUOTES) == platform.quotes
    assert count(home, MARKET_OUTCOMES) == platform.outcomes


def test_a_broken_record_is_put_aside_with_its_reason_and_new_fields_are_told(
    home: Instance, platform: Platform
):
    with serving(platform.app) as place:
        synced(home, platform, address(place))
        with home.database.read() as connection:
            aside = connection.execute(select(QUARANTINE)).all()
            told = set(connection.execute(select(UNKNOWN_FIELDS.c.path)).scalars())
        platform.mend()
        synced(home, platform, address(place))

    assert len(aside) == 1
    assert platform.broken in aside[0].reason and aside[0].solved_at is None
    assert platform.unknown in told
    with home.database.read() as connection:
        assert connection.execute(select(QUARANTINE.c.solved_at)).scalar_one() is not None
    assert count(home, MARKETS) == platform.markets + 1


def test_a_second_sync_moves_only_what_changed(home: Instance, platform: Platform):
    with serving(platform.app) as place:
        followed_sync(home, platform, address(place))
        idle = synced(home, platform, address(place))
        changed = platform.change()
        moved = synced(home, platform, address(place))

    assert idle == Moved()
    assert moved == Moved(quotes=changed)


def test_a_sync_that_breaks_off_goes_on_where_it_was(home: Instance, platform: Platform):
    is_led = platform.make("").platform == "forecastbench"  # its first answer names the newest set
    dead_after = 2 if is_led else 1
    platform.trouble.dead_after = dead_after
    with serving(platform.app) as place:
        with pytest.raises(PlatformAway, match="goes on"):
            synced(home, platform, address(place))
        before = count(home, MARKETS)
        first = platform.trouble.seen[dead_after - 1]
        platform.trouble.dead_after, platform.trouble.seen[:] = None, []
        synced(home, platform, address(place))
        again = platform.trouble.seen[:3]
        for market in platform.follow:
            home.writer.do(lambda change, market=market: follow(change.connection, market))
        synced(home, platform, address(place))

    assert 0 < before < platform.markets
    assert is_led or first not in again  # what was read is not asked for again
    assert count(home, MARKETS) == platform.markets
    assert count(home, QUOTES) == platform.quotes
    with home.database.read() as connection:
        runs = read_syncs(connection, platform.make("").platform, 1e9)
    assert [run.status for run in runs][-2:] == ["done", "failed"]


def test_a_limit_and_an_outage_are_weathered(home: Instance, platform: Platform):
    platform.trouble.answers = [(429, {"Retry-After": "0"}), (503, {}), (502, {})]
    with serving(platform.app) as place:
        synced(home, platform, address(place))

    assert count(home, MARKETS) == platform.markets
    assert count(home, QUARANTINE) == 1


def test_raw_answers_are_kept_once_and_can_be_read_again(home: Instance, platform: Platform):
    with serving(platform.app) as place:
        followed_sync(home, platform, address(place))
        synced(home, platform, address(place))
    fetches, answers = count(home, RAW_FETCHES), count(home, RAW_ANSWERS)
    name = platform.make("").platform
    again = replay_platform(home, name, platform.make(""))
    home.writer.do(lambda change: change.connection.execute(QUOTES.update().values(price=0.123)))
    mended = replay_platform(home, name, platform.make(""))

    assert answers <= fetches
    assert again == Moved()
    assert mended.quotes == platform.quotes
    assert count(home, QUOTES) == platform.quotes


def test_who_asks_without_the_token_is_refused_and_no_token_is_stored(home: Instance):
    platform = PLATFORMS["metaculus"]()
    with serving(platform.app) as place:
        with (
            fetching(Fetcher("metaculus", 1_000, HASTE)) as fetcher,
            pytest.raises(PlatformRefuses, match="status 401"),
        ):
            sync_platform(home, platform.make(address(place)), fetcher)
        synced(home, platform, address(place))
    home.writer.close()

    assert TOKEN.encode() not in home.database.path.read_bytes()


def test_the_trap_of_a_page_that_comes_again_ends(home: Instance):
    platform = PLATFORMS["polymarket"]()
    importer = platform.make("")
    with serving(platform.app) as place:
        importer = platform.make(address(place))
        list_as_it_was = importer._list
        importer._list = lambda part, _: list_as_it_was(part, {})  # never sends a cursor
        with fetching(Fetcher("polymarket", 1_000, HASTE)) as fetcher:
            sync_platform(home, importer, fetcher)

    assert len(platform.trouble.seen) == 3
    assert count(home, MARKETS) == 99 + 12
