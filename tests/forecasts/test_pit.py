"""Tests of probability integral transforms and of what they tell."""

from statistics import NormalDist

import numpy as np
import pytest

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.pit import (
    pit_by_group,
    pit_histogram,
    pit_of_cdf,
    probability_integral_transform,
    uniformity_e_process,
    uniformity_e_value,
)
from forecasts.uniformity import ecdf_difference

EDGES = np.linspace(-2, 2, 201)
NORMAL = np.array([NormalDist().cdf(edge) for edge in EDGES])


def rng() -> np.random.Generator:
    return np.random.default_rng(20250101)


def test_an_atom_is_drawn_evenly_from_its_chance() -> None:
    pit = probability_integral_transform(np.full(4_000, 0.2), 0.6, rng())

    assert pit.min() >= 0.2 and pit.max() <= 0.6
    assert pit.mean() == pytest.approx(0.4, abs=0.4 / np.sqrt(12 * 4_000) * 4)


def test_what_lies_between_edges_is_read_off_the_line() -> None:
    pit = pit_of_cdf([0.0, 0.5, 1.0], [0.0, 1.0, 5.0], [0.5, 1.0, 3.0, 5.0], rng())

    assert pit == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_beyond_the_edges_it_is_drawn_from_the_chance_there() -> None:
    cdf = np.tile([0.1, 0.7], (3_000, 1))
    early = pit_of_cdf(cdf, [0.0, 1.0], -np.inf, rng())
    never = pit_of_cdf(cdf, [0.0, 1.0], np.inf, rng())

    assert early.min() >= 0.0 and 0.095 < early.max() <= 0.1
    assert 0.7 <= never.min() < 0.705 and 0.995 < never.max() <= 1.0


def test_what_is_known_only_to_be_later_is_drawn_from_all_that_is_later() -> None:
    cdf = np.tile([0.0, 1.0], (3_000, 1))
    later = pit_of_cdf(cdf, [0.0, 1.0], 0.4, rng(), censored=True)
    unknown = pit_of_cdf(cdf, [0.0, 1.0], -1.0, rng(), censored=True)

    assert 0.4 <= later.min() < 0.405
    assert later.mean() == pytest.approx(0.7, abs=0.02)
    assert unknown.mean() == pytest.approx(0.5, abs=0.03)


def test_all_bins_stay_in_the_band_as_often_as_promised() -> None:
    from_all = rng().random((400, 200))
    inside = 0
    for pit in from_all:
        bars = pit_histogram(pit)
        inside += bool(np.all((bars.counts >= bars.lower) & (bars.counts <= bars.upper)))

    assert inside / 400 >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / 400)


def test_the_bet_is_fair_when_forecasts_are_right() -> None:
    # the mean of E_1 over u is 1: the midpoint rule on densities that have no bound at the ends
    middle = (np.arange(20_000) + 0.5) / 20_000
    first = np.array([uniformity_e_value([u]) for u in middle[::20]])

    assert first.mean() == pytest.approx(1.0, abs=0.03)


def test_looking_all_the_time_raises_few_false_alarms() -> None:
    alarms = sum(uniformity_e_process(pit).max() >= 20 for pit in rng().random((500, 200)))

    assert alarms <= 500 * 0.05


def test_one_pit_at_the_end_does_not_decide() -> None:
    assert np.isfinite(uniformity_e_value([0.0])) and np.isfinite(uniformity_e_value([1.0]))


def test_right_forecasts_have_uniform_pits() -> None:
    """A standard normal on a grid that cuts its tails, which outcomes fall into as well."""
    outcomes = rng().normal(size=3_000)

    pit = pit_of_cdf(NORMAL, EDGES, outcomes, rng())

    assert ecdf_difference(pit, rng(), level=0.99).is_within


def test_censoring_that_looks_at_the_time_only_leaves_them_uniform() -> None:
    outcomes = rng().normal(size=3_000)
    seen_until = np.random.default_rng(2).uniform(-1, 1, 3_000)
    late = outcomes > seen_until

    pit = pit_of_cdf(NORMAL, EDGES, np.minimum(outcomes, seen_until), rng(), censored=late)

    assert ecdf_difference(pit, rng(), level=0.99).is_within


@pytest.mark.parametrize(("scale", "shift"), [(1.5, 0.0), (0.6, 0.0), (1.0, 0.3)])
def test_forecasts_too_narrow_too_wide_or_off_are_found_out(scale: float, shift: float) -> None:
    outcomes = shift + scale * rng().normal(size=1_000)

    pit = pit_of_cdf(NORMAL, EDGES, outcomes, rng())

    assert not ecdf_difference(pit, rng(), level=0.99).is_within
    assert uniformity_e_value(pit) > 20


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_what_are_no_chances_or_pits_is_refused(wrong: float) -> None:
    with pytest.raises(ImpossibleProbability):
        probability_integral_transform([wrong], [0.5], rng())
    with pytest.raises(ImpossibleProbability):
        pit_histogram([0.5, wrong])
    with pytest.raises(ImpossibleProbability):
        uniformity_e_process([0.5, wrong])


def test_no_pits_and_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(NumbersDoNotFit):
        pit_histogram([])
    with pytest.raises(NumbersDoNotFit):
        pit_of_cdf([0.0, 1.0], [1.0, 0.0], 0.5, rng())
    with pytest.raises(NumbersDoNotFit):
        pit_of_cdf([0.0, 1.0], [0.0, 1.0], np.nan, rng())


def test_groups_are_looked_at_by_themselves_and_in_their_order():
    draw = rng()
    right, narrow = draw.random(200), draw.beta(0.3, 0.3, 200)
    mixed = np.empty(400)
    mixed[::2], mixed[1::2] = right, narrow

    found = pit_by_group(mixed, np.tile([2025, 2024], 200))

    assert list(found) == [2024, 2025]
    assert found[2025].e_value == uniformity_e_value(right) < 20
    assert found[2024].e_value == uniformity_e_value(narrow) > 20
    assert found[2025].histogram.counts.tolist() == np.histogram(right, 10, (0, 1))[0].tolist()
    assert found[2024].spread > 0.35 and found[2025].mean == pytest.approx(right.mean())


@pytest.mark.parametrize("groups", [["a"], [["a", "b"]], "a"])
def test_a_group_for_each_pit_is_needed(groups):
    with pytest.raises(NumbersDoNotFit, match="one name for each"):
        pit_by_group([0.1, 0.2], groups)
