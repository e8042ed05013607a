"""Tests of the lead over the others: same times only, no gain for copies, none for being quick."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.differences import Differences, StandingForecasts, differences_to_others
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit

#: Who, from, until, chance given to the outcome.
type Row = tuple[int, float, float, float]


def standing(*rows: Row, length: float = 10.0) -> StandingForecasts:
    who, start, end, chance = (np.array(column) for column in zip(*rows, strict=True))
    return StandingForecasts(
        question=np.zeros(len(rows), int),
        forecaster=who.astype(int),
        start=start.astype(float),
        end=end.astype(float),
        chance=chance.astype(float),
        opens=np.array([0.0]),
        closes=np.array([length]),
    )


def leads(found: Differences) -> dict[int, float]:
    return dict(zip(found.forecaster.tolist(), found.bits.tolist(), strict=True))


def test_the_others_are_averaged_in_log_scores():
    found = differences_to_others(standing((0, 0, 10, 0.8), (1, 0, 10, 0.4), (2, 0, 10, 0.1)))

    # log2: -.3219, -1.3219, -3.3219; others' means: -2.3219, -1.8219, -.8219
    assert leads(found) == pytest.approx({0: 2.0, 1: 0.5, 2: -2.5})
    assert found.others.tolist() == pytest.approx([2, 2, 2])


def test_an_update_counts_for_the_time_it_stands():
    rows = standing((0, 0, 5, 0.2), (0, 5, 10, 0.8), (1, 0, 10, 0.4))

    found = differences_to_others(rows, grace=0)

    assert leads(found) == pytest.approx({0: 0.0, 1: 0.0})  # half of the time -1, half +1


def test_a_late_joiner_is_set_beside_the_others_from_then_on_only():
    rows = standing((0, 0, 8, 0.1), (0, 8, 10, 0.4), (1, 8, 10, 0.8))

    found = differences_to_others(rows, grace=0)

    assert leads(found) == pytest.approx({0: -1.0, 1: 1.0})
    assert found.coverage.tolist() == pytest.approx([0.2, 0.2])


def test_who_copies_the_others_earns_nothing():
    found = differences_to_others(standing((0, 0, 10, 0.3), (1, 0, 10, 0.3), (2, 4, 10, 0.3)))

    assert leads(found) == pytest.approx({0: 0.0, 1: 0.0, 2: 0.0})


def test_being_some_hours_ahead_with_public_news_earns_nothing():
    quick, slow = (0, 4.0, 10, 0.9), (1, 4.5, 10, 0.9)
    rows = standing((0, 0, 4, 0.5), (1, 0, 4.5, 0.5), quick, slow)

    assert leads(differences_to_others(rows, grace=0))[0] > 0
    # The slow one has the news within the grace; until day 3.5 both have .5, read a day later on
    # days 3.5 to 4 the slow one has .9 already: 0 to gain, half a day of log2(.5 / .9) to lose.
    lead = leads(differences_to_others(rows, grace=1))[0]
    assert lead == pytest.approx(0.5 / 10 * np.log2(0.5 / 0.9))


def test_a_copier_gains_nothing_from_a_consensus_that_is_read_a_day_later():
    # The crowd goes from 1/2 to 3/4 on day 5 of 10, and is copied at once.
    rows = standing(
        *((who, a, b, c) for who in (0, 1, 2) for a, b, c in ((0, 5, 0.5), (5, 10, 0.75)))
    )
    news = np.log2(0.75 / 0.5)

    assert leads(differences_to_others(rows, grace=0))[0] == pytest.approx(0.0)
    # One day of ten (the fourth to the fifth) is set beside the news that came after it.
    assert leads(differences_to_others(rows))[0] == pytest.approx(-0.1 * news)


def test_who_foresees_what_others_say_much_later_is_ahead():
    rows = standing((0, 0, 10, 0.9), (1, 0, 8, 0.5), (1, 8, 10, 0.9))

    assert leads(differences_to_others(rows, grace=1))[0] == pytest.approx(0.7 * np.log2(1.8))


def test_a_withdrawn_forecast_is_compared_no_longer():
    found = differences_to_others(standing((0, 0, 4, 0.8), (1, 0, 10, 0.4)), grace=0)

    assert found.coverage.tolist() == pytest.approx([0.4, 0.4])
    assert leads(found) == pytest.approx({0: 1.0, 1: -1.0})


def test_alone_there_is_nobody_to_be_compared_with():
    found = differences_to_others(standing((0, 0, 4, 0.8), (1, 4, 10, 0.4)), grace=0)

    assert len(found.bits) == 0


def test_no_single_forecast_outweighs_years():
    found = differences_to_others(standing((0, 0, 10, 0.0), (1, 0, 10, 0.64)))

    assert leads(found)[1] == pytest.approx(7.0)  # log2(.64 / .005)


def test_questions_do_not_touch_each_other():
    one = standing((0, 2, 10, 0.8), (1, 0, 10, 0.4))
    many = StandingForecasts(
        np.tile([0, 0], 50) + np.repeat(np.arange(50), 2),
        np.tile(one.forecaster, 50),
        np.tile(one.start, 50) + 20_000,
        np.tile(one.end, 50) + 20_000,
        np.tile(one.chance, 50),
        np.full(50, 20_000.0),
        np.full(50, 20_010.0),
    )

    found = differences_to_others(many)

    assert found.bits.reshape(50, 2) == pytest.approx(np.tile([1.0, -1.0], (50, 1)))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(0, 9),
            st.integers(1, 9),
            st.floats(0.05, 1.0, allow_nan=False),
        ),
        min_size=2,
        max_size=6,
        unique_by=lambda row: row[0],
    )
)
def test_it_is_the_mean_over_instants(rows):
    kept = [(who, a, min(10, a + length), chance) for who, a, length, chance in rows]
    found = differences_to_others(standing(*kept), grace=0)

    for who, lead in leads(found).items():
        gains = []
        for instant in np.arange(0.5, 10):  # forecasts begin and end on whole days
            logs = {w: np.log2(c) for w, a, b, c in kept if a < instant < b}
            if who in logs and len(logs) > 1:
                others = [value for w, value in logs.items() if w != who]
                gains.append(logs[who] - np.mean(others))
        assert lead == pytest.approx(np.mean(gains), abs=1e-9)


def test_a_chance_above_one_is_refused():
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        standing((0, 0, 10, 1.2), (1, 0, 10, 0.4))


def test_a_chance_that_is_not_a_number_is_refused():
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        standing((0, 0, 10, float("nan")), (1, 0, 10, 0.4))


def test_an_end_before_its_start_is_refused():
    with pytest.raises(NumbersDoNotFit, match="before its start"):
        standing((0, 5, 4, 0.5))


def test_a_question_without_a_window_is_refused():
    one = np.array([1.0])
    with pytest.raises(NumbersDoNotFit, match="one window for each question"):
        StandingForecasts(np.array([3]), np.array([0]), one, one, one, one, one)


def test_arrays_of_different_lengths_are_refused():
    one, two = np.array([1.0]), np.array([1.0, 1.0])
    with pytest.raises(NumbersDoNotFit, match="differ in length"):
        StandingForecasts(np.array([0]), np.array([0]), one, one, two, one, one)


@pytest.mark.parametrize("setting", [{"grace": -1.0}, {"smallest_chance": 0.0}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(NumbersDoNotFit):
        differences_to_others(standing((0, 0, 10, 0.5)), **setting)
