from datetime import date

import pytest

from forecasts.wording_dates import read_period
from forecasts.wording_periods import Period, compare_periods

YEAR_END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("released by June 30, 2026?", "by 2026-06-30"),
        ("released before July 2026?", "by 2026-06-30"),
        ("released before July 4, 2026?", "by 2026-07-03"),
        ("released before 2027?", "by 2026-12-31"),
        ("released by 31 May 2025?", "by 2025-05-31"),
        ("released by the end of 2026?", "by 2026-12-31"),
        ("above 5 on 2026-06-30?", "on 2026-06-30"),
        ("above 5 at the end of 2026?", "on 2026-12-31"),
        ("above 5 in Q2 2026?", "2026-04-01/2026-06-30"),
        ("wins in the 2025-26 season?", "2025-07-01/2026-06-30"),
        ("hot in March 2026?", "2026-03-01/2026-03-31"),
        ("2026年6月30日までに公開", "by 2026-06-30"),
        ("2026年6月末までに公開", "by 2026-06-30"),
        ("2026年中に公開", "2026-01-01/2026-12-31"),
        ("2026年末に上回る", "on 2026-12-31"),
        ("2026年第3四半期に", "2026-07-01/2026-09-30"),
        ("2026年2月29日より前に", None),  # no such day
    ],
)
def test_deadlines_are_read_in_both_languages(text, words):
    period, _ = read_period(text)

    assert (period.words if period else None) == words


def test_a_year_that_the_words_leave_out_is_that_of_the_closing_day():
    assert read_period("released by June 30?", YEAR_END)[0] == Period("by", None, date(2026, 6, 30))
    assert read_period("released by June 30?")[0] is None


def test_without_words_the_closing_day_is_the_deadline():
    assert read_period("released?", YEAR_END)[0] == Period("by", None, YEAR_END)


def test_before_a_bare_year_means_its_beginning_unless_the_question_closes_in_it():
    assert read_period("by 2030?")[0].last == date(2029, 12, 31)
    assert read_period("by 2030?", date(2030, 12, 31))[0].last == date(2030, 12, 31)


@pytest.mark.parametrize(
    ("left", "right", "overlap"),
    [
        ("by March 31, 2026", "by June 30, 2026", "earlier"),
        ("by June 30, 2026", "by March 31, 2026", "later"),
        ("in March 2026", "in April 2026", "apart"),
        ("in March 2026", "in 2026", "earlier"),
        ("in 2026", "by December 31, 2026", "same"),
        ("in March 2026", "by March 31, 2026", "earlier"),
        ("on June 30, 2026", "on June 29, 2026", "same"),  # time zones
        ("on June 30, 2026", "on June 20, 2026", "apart"),
        ("on June 30, 2026", "in 2026", "earlier"),
        ("on June 30, 2026", "by May 1, 2026", "apart"),
    ],
)
def test_how_periods_lie(left, right, overlap):
    periods = (read_period(left)[0], read_period(right)[0])

    assert compare_periods(*periods) == overlap


def test_without_a_period_nothing_is_said():
    assert compare_periods(None, Period("by", None, YEAR_END)) == "unclear"
