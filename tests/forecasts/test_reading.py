"""Tests of reading evidence: gain, bound, ranks and the pool of newcomers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.evidence import Record, Signal, Stance, signal_on
from forecasts.origins import (
    LARGEST_RANK,
    OriginGroup,
    gain,
    ranked,
    trusted_and_new,
)
from forecasts.outcomes import Floats
from forecasts.reading import (
    NEWCOMER_BOUND,
    bounded,
    cancelled,
    read_newcomers,
    read_origin,
    slope,
)
from forecasts.reliability import Reliability, draw_from_priors
from tests.forecasts import building as b

PLAIN, ON = b.plain()
HALF = np.array([0.5, 0.5])


def signal(record: Record, direction: str = "yes", weight: float = 1.0) -> Signal:
    return signal_on(ON, PLAIN, record, Stance("plain", direction, weight))  # type: ignore[arg-type]


def one_origin(*signals: Signal, behind: OriginGroup | None = None) -> OriginGroup:
    """What counts of signals of one origin, whoever submitted them."""
    group = ranked((signals[0].record.origin, signals[0].subject), signals, behind)
    assert group is not None
    return group


def centred_signal(group: OriginGroup, theta: Reliability) -> Floats:
    """S about its middle, shape (draws, cells): at full trust a reading is S less a constant."""
    trusting = replace(theta, trust=np.ones(theta.draws))
    reading = read_origin(group, trusting)
    return np.asarray(reading - reading.mean(axis=1, keepdims=True))


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
    likelihood = np.exp(bounded(strength * rng.normal(size=size), measure, trust))
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
    reading = read_origin(one_origin(signal(b.record("r"))), b.sure())

    z = (np.exp(0.5) + np.exp(-0.5)) / 2
    expected = np.log(0.9 * np.exp([-0.5, 0.5]) / z + 0.1)
    np.testing.assert_allclose(reading, np.tile(expected, (4, 1)))


def test_agreeing_and_opposing_records_are_ranked_apart_strongest_first() -> None:
    first = one_origin(
        signal(b.record("weak", origin="o"), weight=1),
        signal(b.record("strong", origin="o"), weight=3),
        signal(b.record("against", origin="o"), "no", 2),
    )

    ranks = dict(zip([s.record.id for s in first.counted], first.counted_ranks, strict=True))
    assert ranks == {"strong": 1, "weak": 2, "against": 1}
    assert first.size == pytest.approx(6 * 0.9)  # grade B


def test_a_poor_record_never_displaces_a_good_one() -> None:
    """Claimed 2.1 at grade E is worth 2.1 x .1, less than 2 x 1 at grade A."""
    good = signal(b.record("good", origin="o", grade="A"), weight=2)
    poor = signal(b.record("poor", origin="o", grade="E"), weight=2.1)
    theta = replace(b.sure(), grades=np.tile([1.0, 0.9, 0.7, 0.4, 0.1, 0.5], (4, 1)))

    alone, both = one_origin(good), one_origin(poor, good)

    assert [s.record.id for s in both.counted] == ["good", "poor"]
    more = contrast(read_origin(both, theta)) - contrast(read_origin(alone, theta))
    assert np.all(more > 0)


def test_three_like_records_of_one_origin_count_as_their_design_effect() -> None:
    """rho = .7: 3 / (1 + 2 x .7) = 1.25 times one record's S, +-1/2."""
    signals = [signal(b.record(name, origin="o")) for name in "abc"]

    total = centred_signal(one_origin(*signals), b.sure())

    np.testing.assert_allclose(total, np.tile([-0.625, 0.625], (4, 1)))


def test_a_copy_adds_nothing_whoever_sends_it() -> None:
    record = b.record("a", origin="o", fingerprint="same")
    copy = replace(record, id="b", submitter="newcomer")
    both = [signal(record), signal(copy)]

    assert one_origin(*both).counted == (both[0],)
    trusted, new = trusted_and_new(("o", "yes plain"), both, frozenset({"curator"}))
    assert trusted is not None and trusted.counted == (both[0],)
    assert new is None


def test_newcomers_rank_behind_whoever_stands_alone() -> None:
    trusted = one_origin(signal(b.record("a", origin="o"), weight=1))
    pool = one_origin(
        signal(b.record("b", origin="o"), weight=4),
        signal(b.record("c", origin="o"), "no", 1),
        behind=trusted,
    )

    assert pool.counted_ranks == (2, 1)  # second of those who agree, first of those who oppose


def test_beyond_a_limit_more_of_the_same_adds_nothing() -> None:
    """What is left out of equal signals is 1% of them all at rho = .7."""
    signals = [signal(b.record(f"r{n:02}", origin="o")) for n in range(LARGEST_RANK + 9)]

    assert len(one_origin(*signals).counted) == LARGEST_RANK
    heard = sum(gain(rank, 0.7) for rank in range(1, LARGEST_RANK + 1))
    assert heard == pytest.approx(1 / 0.7, rel=0.015)


def test_what_ages_ages_by_the_learned_half_life() -> None:
    """A year before the close at a half-life of 365 days: half of S = +-1/2; at 730, .7071."""
    record = b.record("r", published=b.CLOSES - 365, kind="report")
    theta = replace(b.sure(draws=2), half_lives=np.array([[365.0, 90.0], [730.0, 90.0]]))

    total = centred_signal(one_origin(signal(record)), theta)

    np.testing.assert_allclose(total[:, 1], [0.25, 0.5 / np.sqrt(2)])


def test_bias_comes_off_every_claim_and_loud_sources_are_cut() -> None:
    """(2 - .5) x 4^-.5 = .75 for yes; -(2 + .5) / 2 = -1.25 for no: half of that in S."""
    bias, damping = np.full(4, 0.5), np.full(4, 0.5)
    theta = replace(b.sure(), claim_bias=bias, damping=damping, loudness={"agency": 4.0})
    record = b.record("r", source="agency")

    yes, no = (centred_signal(one_origin(signal(record, d, 2.0)), theta) for d in ("yes", "no"))

    np.testing.assert_allclose(yes[:, 1], 0.375)
    np.testing.assert_allclose(no[:, 1], -0.625)


@given(
    slopes=st.lists(st.floats(-0.5, 2), min_size=1, max_size=6),
    correlation=st.floats(0, 0.95),
    seed=st.integers(0, 999),
)
def test_cancelled_signals_are_the_likelihood_ratio_of_correlated_normals(
    slopes: list[float], correlation: float, seed: int
) -> None:
    """Signals z ~ N(+-d / 2, Sigma): ln of the ratio of their densities is d' Sigma^-1 z."""
    rng = np.random.default_rng(seed)
    count, loudness = len(slopes), rng.uniform(0.5, 3, len(slopes))
    z = rng.standard_normal(count)
    sigma = (1 - correlation) * np.eye(count) + correlation
    discrimination = np.array(slopes) * loudness

    each = cancelled(np.array(slopes), loudness, float(discrimination.sum()), count, correlation)

    assert each @ (z * loudness) == pytest.approx(
        discrimination @ np.linalg.solve(sigma, z), abs=1e-7
    )


def test_cancellation_is_mixed_in_by_its_share_and_a_lone_record_knows_none() -> None:
    """Two like records, rho = .7: by rank 1 + .3 / 1.7; cancelled 2 / 1.7: the same sum."""
    signals = [signal(b.record(name, origin="o")) for name in "ab"]
    poor = signal(b.record("c", origin="o", grade="E"), weight=1)
    theta = replace(b.sure(), grades=np.tile([1.0, 0.9, 0.7, 0.4, 0.1, 0.5], (4, 1)))
    shared = replace(theta, cancellation=np.array([0.0, 0.5, 1.0, 1.0]))

    like, lone = one_origin(*signals), one_origin(signals[0])
    mixed = one_origin(signals[0], poor)

    np.testing.assert_allclose(centred_signal(like, shared), centred_signal(like, theta))
    np.testing.assert_array_equal(centred_signal(lone, shared), centred_signal(lone, theta))
    weakened = contrast(centred_signal(mixed, shared)) - contrast(centred_signal(lone, shared))
    assert weakened[0] > 0 and weakened[3] < 0  # the poor one shows what error they share
    assert weakened[1] == pytest.approx((weakened[0] + weakened[3]) / 2)


def test_values_of_one_origin_are_ranked_whatever_is_shared() -> None:
    asked, on = b.number()
    stance = Stance("number", measured=(50.0, 5.0))
    values = [signal_on(on, asked, b.record(name, stance, origin="o"), stance) for name in "ab"]
    shared = replace(b.sure(), cancellation=np.ones(4))

    total = centred_signal(one_origin(*values), shared)

    profile = values[0].profile
    np.testing.assert_allclose(total[0], (profile - profile.mean()) * 2 / 1.7)


@given(
    claims=st.lists(
        st.tuples(st.sampled_from(["yes", "no"]), st.floats(0.01, 4.5)), min_size=1, max_size=30
    )
)
def test_newcomers_together_move_log_odds_by_at_most_their_bound(
    claims: list[tuple[str, float]],
) -> None:
    groups = [
        one_origin(signal(b.record(f"r{place}"), direction, weight))
        for place, (direction, weight) in enumerate(claims)
    ]
    reading = read_newcomers(groups, ON.opening_cells, draw_from_priors(seed=5, draws=32))

    assert np.all(np.abs(contrast(reading)) <= NEWCOMER_BOUND + 1e-12)


def test_newcomers_of_two_subjects_are_read_under_the_opening_prior() -> None:
    asked, on = b.number()
    signals = [
        signal_on(on, asked, b.record("a"), Stance("number", "higher", 2.0)),
        signal_on(on, asked, b.record("b"), Stance("number", measured=(90.0, 1.0))),
    ]

    reading = read_newcomers([one_origin(one) for one in signals], on.opening_cells, b.sure())

    np.testing.assert_allclose(np.exp(reading) @ on.opening_cells, 1)
    assert np.ptp(reading) <= NEWCOMER_BOUND


def test_two_origins_of_newcomers_are_half_correlated() -> None:
    """S of each is +-.1; the second counts gain(2, .5) = 1/3: +-.1333 in all, under the cap."""
    signals = [signal(b.record(name), weight=0.2) for name in "ab"]

    reading = read_newcomers([one_origin(one) for one in signals], ON.opening_cells, b.sure())

    said = 0.1 * (1 + 1 / 3)
    scaled = 0.9 * np.exp([-said, said]) / np.cosh(said) + 0.1
    np.testing.assert_allclose(reading[0], np.log(scaled))
