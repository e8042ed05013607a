"""Tests of reading evidence: gain, bound, ranks and the pool of newcomers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.evidence import Record, Signal, Stance, signal_on
from forecasts.outcomes import Floats
from forecasts.reading import (
    NEWCOMER_BOUND,
    bounded,
    gain,
    group_by_origin,
    origin_signal,
    read_newcomers,
    read_origin,
    slope,
)
from forecasts.reliability import draw_from_priors
from tests.forecasts import building as b

PLAIN, ON = b.plain()
HALF = np.log([0.5, 0.5])


def signal(record: Record, direction: str = "yes", weight: float = 1.0) -> Signal:
    return signal_on(ON, PLAIN, record, Stance("plain", direction, weight))  # type: ignore[arg-type]


def contrast(reading: Floats) -> Floats:
    """Change of the log-odds of yes."""
    return np.asarray(reading[..., 1] - reading[..., 0])


@given(count=st.integers(1, 200), correlation=st.floats(0, 0.999))
def test_gains_sum_to_the_effective_number_of_signals(count: int, correlation: float) -> None:
    total = sum(gain(rank, correlation) for rank in range(1, count + 1))

    assert total == pytest.approx(count / (1 + (count - 1) * correlation))


def test_independent_signals_add_up_and_perfect_copies_add_nothing() -> None:
    assert [gain(rank, 0.0) for rank in (1, 2, 9)] == [1, 1, 1]
    assert [gain(rank, 1 - 1e-12) for rank in (1, 2, 9)] == pytest.approx([1, 0, 0])


def test_slope_is_the_product_of_base_grade_and_submitter() -> None:
    """e^ln.5 (.9 + .4 x -1) e^.1 = .5 x .5 x 1.10517; a source far below its grade lies."""
    assert slope(np.log(0.5), 0.9, 0.4, -1.0, 0.1, np) == pytest.approx(0.25 * 1.1051709)
    assert slope(0.0, 0.1, 0.4, -2.0, 0.0, np) == pytest.approx(-0.7)


cells = st.integers(2, 12)


@given(
    seed=st.integers(0, 10_000), size=cells, strength=st.floats(0, 60), trust=st.floats(0.01, 0.99)
)
def test_a_reading_changes_nothing_on_average_and_never_lifts_a_set_past_its_bound(
    seed: int, size: int, strength: float, trust: float
) -> None:
    rng = np.random.default_rng(seed)
    measure = rng.dirichlet(np.ones(size))
    likelihood = np.exp(bounded(strength * rng.normal(size=size), np.log(measure), trust))
    some = rng.random(size) < 0.5

    assert measure @ likelihood == pytest.approx(1)
    lifted = (measure * likelihood)[some].sum()
    assert lifted <= trust + (1 - trust) * measure[some].sum() + 1e-12
    assert np.all(likelihood >= (1 - trust) * (1 - 1e-12))


def test_an_untrusted_origin_says_nothing_and_a_trusted_one_all() -> None:
    """At r = 1 and half-half, S = +-1: odds e^2; Z = cosh 1."""
    said = np.array([-1.0, 1.0])

    np.testing.assert_allclose(bounded(said, HALF, 1e-12), 0, atol=1e-9)
    np.testing.assert_allclose(bounded(said, HALF, 1 - 1e-12), said - np.log(np.cosh(1)), atol=1e-9)


def test_one_record_is_worth_its_weight_less_what_distrust_takes() -> None:
    """w = 1, slope 1, r = .9: Z = cosh .5, L = ln(.9 e^+-.5 / Z + .1)."""
    reading = read_origin(group_by_origin([signal(b.record("r"))])[0], b.sure())

    z = (np.exp(0.5) + np.exp(-0.5)) / 2
    expected = np.log(0.9 * np.exp([-0.5, 0.5]) / z + 0.1)
    np.testing.assert_allclose(reading, np.tile(expected, (4, 1)))


def test_agreeing_and_opposing_records_are_ranked_apart_strongest_first() -> None:
    signals = [
        signal(b.record("weak", origin="o"), weight=1),
        signal(b.record("strong", origin="o"), weight=3),
        signal(b.record("against", origin="o"), "no", 2),
        signal(b.record("elsewhere", origin="p"), weight=9),
    ]

    first, second = group_by_origin(signals)

    ranks = dict(zip([s.record.id for s in first.signals], first.ranks, strict=True))
    assert ranks == {"strong": 1, "weak": 2, "against": 1}
    assert (second.key, second.ranks) == (("p", "yes plain"), (1,))


def test_a_poor_record_never_displaces_a_good_one() -> None:
    """Claimed 2.1 at grade E is worth 2.1 x .1, less than 2 x 1 at grade A."""
    good = signal(b.record("good", origin="o", grade="A"), weight=2)
    poor = signal(b.record("poor", origin="o", grade="E"), weight=2.1)
    theta = replace(b.sure(), grades=np.tile([1.0, 0.9, 0.7, 0.4, 0.1, 0.5], (4, 1)))

    alone, both = group_by_origin([good]), group_by_origin([poor, good])

    assert [s.record.id for s in both[0].signals] == ["good", "poor"]
    more = contrast(read_origin(both[0], theta)) - contrast(read_origin(alone[0], theta))
    assert np.all(more > 0)


def test_three_like_records_of_one_origin_count_as_their_design_effect() -> None:
    """rho = .7: 3 / (1 + 2 x .7) = 1.25 times one record's S, +-1/2."""
    signals = [signal(b.record(name, origin="o")) for name in "abc"]

    total = origin_signal(group_by_origin(signals)[0], b.sure())

    np.testing.assert_allclose(total, np.tile([-0.625, 0.625], (4, 1)))


def test_a_copy_adds_nothing_whoever_sends_it() -> None:
    record = b.record("a", origin="o", fingerprint="same")
    copy = replace(record, id="b", submitter="newcomer")
    trusted = group_by_origin([signal(record)])

    together = group_by_origin([signal(record), signal(replace(copy, submitter="curator"))])
    pool = group_by_origin([signal(copy)], after=trusted)

    assert together[0].ranks == (1, 0)
    assert pool == []
    np.testing.assert_array_equal(
        origin_signal(together[0], b.sure()), origin_signal(trusted[0], b.sure())
    )


def test_a_null_record_takes_no_rank_even_from_newcomers() -> None:
    nothing = signal(b.record("null", origin="o"), weight=0)
    spoken = signal(b.record("spoken", origin="o"))

    assert group_by_origin([nothing]) == []
    [group] = group_by_origin([spoken], after=group_by_origin([nothing]))
    assert group.ranks == (1,)


def test_newcomers_rank_behind_whoever_stands_alone() -> None:
    trusted = group_by_origin([signal(b.record("a", origin="o"), weight=1)])
    [pool] = group_by_origin(
        [
            signal(b.record("b", origin="o"), weight=4),
            signal(b.record("c", origin="o"), "no", 1),
        ],
        after=trusted,
    )

    assert pool.ranks == (2, 1)  # second of those who agree, first of those who oppose


@given(
    claims=st.lists(
        st.tuples(st.sampled_from(["yes", "no"]), st.floats(0.01, 4.5)), min_size=1, max_size=30
    )
)
def test_newcomers_together_move_log_odds_by_at_most_their_bound(
    claims: list[tuple[str, float]],
) -> None:
    groups = group_by_origin(
        signal(b.record(f"r{place}"), direction, weight)
        for place, (direction, weight) in enumerate(claims)
    )
    reading = read_newcomers(groups, ON.opening_cells, draw_from_priors(seed=5, draws=32))

    assert np.all(np.abs(contrast(reading)) <= NEWCOMER_BOUND + 1e-12)


def test_newcomers_of_two_subjects_are_read_under_the_opening_prior() -> None:
    asked, on = b.number()
    signals = [
        signal_on(on, asked, b.record("a"), Stance("number", "higher", 2.0)),
        signal_on(on, asked, b.record("b"), Stance("number", measured=(90.0, 1.0))),
    ]

    reading = read_newcomers(group_by_origin(signals), on.opening_cells, b.sure())

    np.testing.assert_allclose(np.exp(reading) @ on.opening_cells, 1)
    assert np.ptp(reading) <= NEWCOMER_BOUND


def test_two_origins_of_newcomers_are_half_correlated() -> None:
    """S of each is +-.1; the second counts gain(2, .5) = 1/3: +-.1333 in all, under the cap."""
    signals = [signal(b.record(name), weight=0.2) for name in "ab"]

    reading = read_newcomers(group_by_origin(signals), ON.opening_cells, b.sure())

    said = 0.1 * (1 + 1 / 3)
    scaled = 0.9 * np.exp([-said, said]) / np.cosh(said) + 0.1
    np.testing.assert_allclose(reading[0], np.log(scaled))
