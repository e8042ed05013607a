"""Quotes read as noisy log-odds: nothing, copies, more of something, and the ends of ranges."""

import numpy as np
import pytest

from forecasts.crowds import log_odds
from forecasts.errors import NumbersDoNotFit
from forecasts.markets import (
    COMMON_NOISE,
    MarketTerms,
    Quotes,
    absorbed,
    fixed_terms,
    pool_quotes,
    quote_noise,
    read_quotes,
)

TERMS = fixed_terms(("kalshi", "manifold"))


def quotes(probability=0.5, **told) -> Quotes:
    """Quotes of one platform, of which only some things are known, unless told."""
    chances = np.atleast_1d(np.asarray(probability, float))
    usual = {"half_spread": np.nan, "volume": np.nan, "age": 0.0, "mismatch": 0.0, "sign": 1.0}
    columns = {
        name: np.broadcast_to(told.get(name, of), chances.shape) for name, of in usual.items()
    }
    return Quotes(chances, **columns, platform=np.zeros(len(chances), int))


def pooled(found: Quotes) -> tuple[float, float]:
    """Log-odds and precision of quotes of one question."""
    said, noise = read_quotes(TERMS, found)
    mean, precision = pool_quotes(said, noise, np.zeros(len(said), int), 1)
    return float(mean[0]), float(precision[0])


def test_what_no_one_knows_of_a_quote_adds_no_noise():
    assert quote_noise(quotes()).tolist() == [0.0]


@pytest.mark.parametrize("what", ["half_spread", "age", "mismatch"])
def test_a_wider_an_older_and_a_less_certain_contract_is_noisier(what):
    amounts = np.linspace(0, 0.9, 7)

    noise = quote_noise(quotes(np.full(7, 0.3), **{what: amounts}))

    assert noise[0] == 0
    assert (np.diff(noise) > 0).all()


def test_a_market_in_which_more_was_traded_is_less_noisy():
    noise = quote_noise(quotes(np.full(4, 0.3), volume=np.array([0, 10, 1e3, 1e9])))

    assert noise[0] == np.inf and (np.diff(noise) < 0).all()
    assert noise[-1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("nothing", [{"half_spread": np.inf}, {"mismatch": 1.0}, {"volume": 0.0}])
def test_a_quote_that_can_say_nothing_says_nothing(nothing):
    mean, precision = pooled(quotes(0.9, **nothing))
    alone = pooled(quotes(0.4))
    columns = {name: np.array([np.nan, value]) for name, value in nothing.items()}
    columns = {n: np.nan_to_num(c) if n == "mismatch" else c for n, c in columns.items()}

    assert np.isnan(mean) and precision == 0
    assert pooled(quotes([0.4, 0.9], **columns)) == pytest.approx(alone)


def test_a_spread_is_worth_more_nats_near_never():
    middle, edge = quote_noise(quotes([0.5, 0.02], half_spread=0.01))

    assert middle == pytest.approx(0.04**2)  # .01 / .25
    assert edge == pytest.approx((0.01 / 0.0196) ** 2)


def test_the_complement_says_the_opposite():
    yes, no = quotes(0.8), quotes(0.2, sign=-1.0)

    assert pooled(yes) == pytest.approx(pooled(no))


def test_the_bias_of_a_platform_is_of_its_contracts_and_not_of_our_questions():
    biased = MarketTerms(np.array([-0.5]), np.array([1.2]), np.array([0.05]), np.array([1.0]))

    same, _ = read_quotes(biased, quotes(0.8))
    complement, _ = read_quotes(biased, quotes(0.8, sign=-1.0))

    assert same == pytest.approx([-0.5 + 1.2 * np.log(4)])
    assert complement == pytest.approx(-same)


def test_copies_are_no_surer_than_what_all_markets_share():
    one, two, many = (pooled(quotes(np.full(n, 0.7)))[1] for n in (1, 2, 10_000))

    assert pooled(quotes(np.full(3, 0.7)))[0] == pytest.approx(log_odds(0.7))
    assert one < two < many < 1 / COMMON_NOISE
    assert many == pytest.approx(1 / COMMON_NOISE, rel=1e-3)


def test_another_quote_never_makes_markets_less_sure():
    rng = np.random.default_rng(1)
    noise = rng.exponential(1.0, 50)
    precisions = [
        pool_quotes(np.zeros(n), noise[:n], np.zeros(n, int), 1)[1][0] for n in range(1, 51)
    ]

    assert (np.diff(precisions) >= 0).all()


def test_pooling_keeps_questions_apart_and_those_without_a_quote_empty():
    mean, precision = pool_quotes([1.0, 2.0], [0.1, 0.1], [2, 0], 3)

    assert mean[[2, 0]].tolist() == [1.0, 2.0]
    assert np.isnan(mean[1]) and precision[1] == 0


def test_markets_read_what_is_published_and_nothing_that_is_not_yet():
    elapsed = np.linspace(-5, 50, 56)

    held = absorbed(elapsed, 3.0)

    assert (held[elapsed <= 0] == 0).all()
    assert (np.diff(held[elapsed >= 0]) > 0).all() and held[-1] == pytest.approx(1, abs=1e-6)
    assert absorbed(np.array([0.0, 1e-3]), 1e-12).tolist() == [0.0, 1.0]  # reads at once
    assert absorbed(100.0, 1e12) == pytest.approx(0, abs=1e-9)  # never reads


@pytest.mark.parametrize(
    "wrong",
    [
        {"half_spread": -0.1},
        {"volume": -1.0},
        {"age": -1.0},
        {"mismatch": 1.1},
        {"mismatch": np.nan},
    ],
)
def test_amounts_that_cannot_be_are_refused(wrong):
    with pytest.raises(NumbersDoNotFit):
        quote_noise(quotes(0.5, **wrong))
