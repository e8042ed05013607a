"""When reports are due: by the ledger and the clock, never twice, and not because of a failure."""

import asyncio
import shutil
from datetime import UTC, datetime

import pytest

from api.reporter import NothingNew, Reporter
from api.reports.due import due_quarters
from data.reports import read_reports
from forecasts.reports.naming import quarter_in_words
from forecasts.reports.quarters import NoQuarter, Quarter, quarter_of, read_quarter
from forecasts.times import instant_of
from tests.api.judging import BINARY, moving_client
from tests.api.reporting import QUARTER, fill, produce_here

pytestmark = pytest.mark.slow


@pytest.fixture
def moving(database):
    with moving_client(database) as moving:
        yield moving


def published(moving) -> list[tuple[str, int]]:
    with moving.instance.database.read() as connection:
        return [(row.quarter, row.edition) for row in read_reports(connection)]


def due(moving, after_days=1.0):
    with moving.instance.database.read() as connection:
        found = due_quarters(connection, instant_of(moving.clock[0]), after_days)
    return [quarter.name for quarter, _ in found]


def test_a_report_is_due_after_the_quarter_and_published_once_whoever_looks(moving):
    fill(moving)  # outcomes in January 2027, then eighty days

    moving.clock[0] = datetime(2027, 4, 1, 12, tzinfo=UTC)
    assert due(moving) == []  # less than a day after the quarter's end
    moving.clock[0] = datetime(2027, 4, 2, 12, tzinfo=UTC)
    assert due(moving) == [QUARTER]  # none of the bank's own quarters, which lie before
    for _ in range(2):  # a new one each time, as after a restart
        asyncio.run(Reporter(moving.instance, produce=produce_here).publish_due())
    assert published(moving) == [(QUARTER, 1)] and due(moving) == []

    moving.resolve(BINARY, outcome=False, resolved_at="2027-01-25", known_by="2027-01-25",
                   supersedes_reason="A mistake.")  # fmt: skip
    assert due(moving) == []
    moving.later(days=2)
    assert due(moving) == [QUARTER]
    asyncio.run(Reporter(moving.instance, produce=produce_here).publish_due())
    assert published(moving) == [(QUARTER, 1), (QUARTER, 2)] and due(moving) == []


def test_a_failure_publishes_nothing_and_is_tried_again_later(moving):
    fill(moving)
    moving.clock[0] = datetime(2027, 4, 3, tzinfo=UTC)
    asked = []

    async def fails(order):
        asked.append(order)
        raise OSError

    reporter = Reporter(moving.instance, produce=fails)
    for _ in range(2):
        asyncio.run(reporter.publish_due())
    assert len(asked) == 1 and published(moving) == []

    moving.later(hours=2)
    reporter.produce = produce_here
    assert asyncio.run(reporter.publish_due()) == [f"rp-{QUARTER}-1"]


def test_an_edition_from_the_same_input_is_refused_before_anything_is_built(moving):
    fill(moving)
    moving.clock[0] = datetime(2027, 4, 3, tzinfo=UTC)
    built = []

    async def counted(order):
        built.append(order)
        await produce_here(order)

    def publish(*, plays):
        reporter = Reporter(moving.instance, produce=counted)
        return asyncio.run(reporter.publish(read_quarter(QUARTER), None, plays=plays))

    assert publish(plays=False) == f"rp-{QUARTER}-1"
    with pytest.raises(NothingNew, match="Edition 1"):
        publish(plays=False)
    assert len(built) == 1
    with pytest.raises(NothingNew):
        publish(plays=True)  # by other means: built, and then found to say the same
    assert len(built) == 2
    moving.say("ann", "us-lab-sues-deepseek-2028", probability=0.3)
    with pytest.raises(NothingNew):
        publish(plays=False)  # there is input, but none of this quarter
    assert len(built) == 3 and published(moving) == [(QUARTER, 1)]


def test_a_bank_alone_makes_nothing_due(bank_database, tmp_path):
    path = shutil.copy(bank_database, tmp_path / "alone.db")
    with moving_client(path) as moving:
        moving.later(days=60)
        assert due(moving) == []


@pytest.mark.parametrize(
    ("day", "first_month", "wanted"),
    [
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), 1, ("2025", 4)),
        (
            datetime(2026, 1, 1, tzinfo=UTC),
            4,
            ("2025", 4),
        ),  # January is of the Japanese year before
        (datetime(2026, 4, 1, tzinfo=UTC), 4, ("2026", 1)),
        (datetime(2025, 10, 1, tzinfo=UTC), 10, ("2025", 1)),
    ],
)
def test_a_fiscal_year_is_called_by_the_year_in_which_it_begins(day, first_month, wanted):
    quarter = quarter_of(instant_of(day))
    facts = quarter_in_words(quarter, first_month).facts

    assert (facts["year"], facts["number"]) == wanted
    if first_month != 1:
        assert read_quarter(f"FY{wanted[0]}Q{wanted[1]}", first_month) == quarter
    assert quarter.before().ends == quarter.begins


@pytest.mark.parametrize("text", ["2025", "2025Q5", "Q4", "FY25Q1", "0001Q1", "9999Q1"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(NoQuarter):
        read_quarter(text)
    assert Quarter(2025, 1).before(5) == Quarter(2023, 4)
