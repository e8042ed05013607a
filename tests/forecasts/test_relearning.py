"""Tests of a world whose theta, draws or outcomes change."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from forecasts.distributions import Forecast, forecast_all
from forecasts.errors import OutcomeDoesNotFit
from forecasts.reliability import draw_from_priors
from forecasts.worlds import (
    advance,
    log_evidence,
    new_world,
    observe,
    relearn,
    retract,
    settle,
    with_draws,
)
from tests.forecasts import building as b
from tests.forecasts.speaking import after, chance, likelihoods, said
from tests.forecasts.test_worlds import FULL, linked


def test_another_theta_reads_all_evidence_anew() -> None:
    world = after(b.one_question(*b.plain(loadings=(0.0, 0.0))), said("r"))

    doubled = relearn(world, b.sure(slope=2.0), world.established)
    expected = after(b.one_question(*b.plain(loadings=(0.0, 0.0)), b.sure(slope=2.0)), said("r"))

    assert chance(doubled, "plain") == chance(expected, "plain") > chance(world, "plain")


def test_draws_of_a_fit_count_by_what_they_carry() -> None:
    """Draws from the posterior carry their log-likelihood: all weights are then equal."""
    world = after(linked(), said("r", "told"))
    fresh = np.random.default_rng(1).standard_normal((4_000, 2))
    carried = log_evidence(world, fresh)

    refitted = relearn(world, world.reliability, world.established, fresh, carried)

    assert refitted.moves == world.moves + 1
    np.testing.assert_allclose(refitted.weights, 1 / 4_000)
    again = with_draws(refitted, world.draws, world.reference, world.moves)
    np.testing.assert_array_equal(again.weights, world.weights)


def test_a_threshold_that_came_true_leaves_the_cells_below_it_only() -> None:
    by_early = FULL.questions["by-early"].yes
    world = settle(advance(FULL, b.OPENS + 20), "by-early", by_early)
    late = advance(world, b.OPENS + 200)

    assert chance(world, "by-early") == pytest.approx(1.0)
    assert chance(world, "by-late") == pytest.approx(1.0)
    assert chance(late, "by-late") == pytest.approx(1.0)  # silence since cannot undo it


def test_outcomes_that_contradict_each_other_are_refused() -> None:
    """Nothing can come by March and yet not by August."""
    yes = {name: FULL.questions[name].yes for name in ("by-early", "by-late")}
    assert yes["by-early"] is not None and yes["by-late"] is not None
    world = settle(FULL, "by-early", yes["by-early"])

    with pytest.raises(OutcomeDoesNotFit, match="together with those of the deadlines beside it"):
        settle(world, "by-late", 1 - yes["by-late"])


def test_an_annulled_threshold_leaves_its_curve_as_it_was() -> None:
    world = advance(FULL, b.OPENS + 230)
    before: Forecast = forecast_all(world)["date"]

    annulled = settle(world, "by-late", None)

    np.testing.assert_array_equal(forecast_all(annulled)["date"].cells, before.cells)


def test_a_world_begins_with_the_same_draws_whenever_it_has_the_same_name() -> None:
    theta = b.sure()
    first, again, other = (new_world(name, ("x",), theta, 0.0) for name in ("a", "a", "b"))

    np.testing.assert_array_equal(first.draws, again.draws)
    assert not np.array_equal(first.draws, other.draws)
    np.testing.assert_allclose(first.weights, 1 / 4_000)


def test_permuted_records_of_one_instant_give_one_forecast() -> None:
    taken = [said("a"), said("b", direction="no", origin="a"), said("c", "event")]

    found = {
        tuple(forecast_all(after(FULL, *order))["plain"].cells) for order in permutations(taken)
    }

    assert len(found) == 1


def test_an_outcome_that_hundreds_of_records_spoke_against_still_gives_forecasts() -> None:
    """400 origins at r = .9 leave .1^400 = e^-921, which no float holds."""
    world = linked()
    for place in range(400):
        world = observe(world, said(f"r{place}", "told", weight=4.5))

    settled = forecast_all(settle(world, "told", np.array([1.0, 0.0])))
    surprised = forecast_all(settle(linked(), "told", np.array([1.0, 0.0])))

    for name in ("told", "with", "against"):
        error = 4 * settled[name].monte_carlo_error + 1e-9
        assert settled[name].probability == pytest.approx(surprised[name].probability, abs=error)


def test_what_was_prepared_with_a_new_theta_is_caught_up_to_the_last_bit() -> None:
    """A record came, one was exchanged and one taken back since; another set is read anew."""
    theta = draw_from_priors(seed=8)
    before = after(FULL, said("a"), said("b", "event"), said("c", "event", "no"))
    prepared = relearn(before, theta, before.established)
    now = after(retract(before, "b"), said("d"), said("e", "number", "higher"))
    now = advance(now, b.OPENS + 40)

    caught_up = relearn(now, theta, now.established, prepared=prepared)

    assert likelihoods(caught_up) == likelihoods(relearn(now, theta, now.established))
    nobody = frozenset[str]()
    alone = relearn(now, theta, nobody, prepared=prepared)
    assert likelihoods(alone) == likelihoods(relearn(now, theta, nobody))
    assert likelihoods(alone) != likelihoods(caught_up)


def test_a_sleeping_world_takes_a_theta_without_reading() -> None:
    sleeping = replace(FULL, unread=True)

    assert relearn(sleeping, b.sure(), FULL.established).curves is sleeping.curves
