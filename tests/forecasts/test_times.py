"""Tests of days, months and instants."""

from datetime import UTC, date, datetime

from forecasts.times import (
    day_of,
    end_of_day,
    has_begun,
    instant_of,
    last_second,
    moment_of,
    start_of_day,
)


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of_day(date(2024, 2, 29)) == start_of_day(date(2024, 3, 1))
    assert day_of(end_of_day(date(2024, 2, 29)) - 1e-6) == date(2024, 2, 29)


def test_days_before_1970_count_backwards() -> None:
    assert start_of_day(date(1969, 12, 31)) == -1.0
    assert day_of(-0.25) == date(1969, 12, 31)


def test_a_moment_survives_the_way_to_an_instant_and_back() -> None:
    moment = datetime(2025, 7, 3, 23, 59, 59, tzinfo=UTC)

    assert moment_of(instant_of(moment)) == moment


def test_a_fact_of_a_leap_february_enters_at_its_29th() -> None:
    assert last_second("2024-02") == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    assert last_second("2024-02-03") == datetime(2024, 2, 3, 23, 59, 59, tzinfo=UTC)


def test_a_day_begins_on_earth_14_hours_before_it_begins_in_utc() -> None:
    assert has_begun("2025-03-01", datetime(2025, 2, 28, 10, 0, tzinfo=UTC))
    assert not has_begun("2025-03-01", datetime(2025, 2, 28, 9, 59, tzinfo=UTC))
    assert has_begun("2025-03", datetime(2025, 2, 28, 10, 0, tzinfo=UTC))
