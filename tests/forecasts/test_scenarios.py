"""Tests of what-ifs: against counting, and against what learning and making must differ in."""

import numpy as np
import pytest

from forecasts.distributions import forecast_all
from forecasts.errors import (
    ConditionDoesNotFit,
    ImpossibleScenario,
    UnknownDriver,
    UnknownQuestion,
)
from forecasts.scenarios import (
    bits_moved,
    chance_of,
    conditional_forecasts,
    log2_odds,
    suppose,
)
from forecasts.worlds import World
from tests.forecasts import building as b
from tests.forecasts.supposing import count, driver, known_world, learn, make, outcome


@pytest.fixture(scope="module")
def world() -> World:
    return known_world()


def probability(world: World, scenario, question: str) -> float:
    found = conditional_forecasts(suppose(world, scenario), {question})[question].probability
    assert found is not None
    return found


def test_learning_agrees_with_counting_in_fresh_draws(world):
    scenario = learn(
        outcome("plain"),
        outcome("date", b.EARLY, "after"),
        outcome("number", 45.0, "at_least"),
        outcome("choice", "red"),
        driver("supply", "at_least", 0.0),
    )
    early = world.curves["date"].curve.space
    first_after = int(world.questions["by-early"].yes.sum())
    never = world.curves["event"].curve.space.size - 1
    assert early.size > first_after

    def met(cells, drivers):
        return (
            (cells["plain"] == 1)
            & (cells["date"] >= first_after)
            & (cells["number"] >= 91)
            & (cells["choice"] == 0)
            & (drivers[:, 0] >= 0)
        )

    chance, share, error = count(world, lambda cells, _: cells["event"] < never, met)
    under = suppose(world, scenario)
    late = int(world.questions["by-late"].yes.sum())
    _, later, its_error = count(world, lambda cells, _: cells["date"] < late, met)

    deviation = np.sqrt(chance * (1 - chance) / 120_000)
    assert abs(under.chance.probability - chance) < 4 * deviation
    assert abs(probability(world, scenario, "event") - share) < 4 * error
    assert abs(probability(world, scenario, "by-late") - later) < 4 * its_error


def test_making_then_learning_agrees_with_counting_in_fresh_draws(world):
    scenario = make(driver("supply", "is", -1.5))
    scenario = type(scenario)("s", learn=(outcome("event"),), make=scenario.make)
    drivers = world.draws.copy()
    drivers[:, 0] = -1.5
    never = world.curves["event"].curve.space.size - 1

    chance, share, error = count(
        world,
        lambda cells, _: cells["plain"] == 1,
        lambda cells, _: cells["event"] < never,
        drivers,
    )

    assert chance_of(world, scenario).probability == pytest.approx(chance, abs=0.006)
    assert abs(probability(world, scenario, "plain") - share) < 4 * error


def test_learning_an_outcome_tells_of_its_causes_and_making_it_does_not(world):
    before = {name: f.probability for name, f in forecast_all(world).items()}
    learned = conditional_forecasts(suppose(world, learn(outcome("plain"))))
    made = conditional_forecasts(suppose(world, make(outcome("plain"))))

    assert learned["plain"].probability == made["plain"].probability == pytest.approx(1)
    assert learned["event"].probability > before["event"] + 0.01
    assert made["event"].probability == pytest.approx(before["event"], abs=1e-12)
    assert made["number"].effective_draws == pytest.approx(
        forecast_all(world)["number"].effective_draws
    )


def test_setting_a_driver_tells_nothing_of_the_others(world):
    under = suppose(world, make(driver("supply", "is", 1.0)))

    assert under.chance.probability == pytest.approx(1)
    assert np.all(under.draws[:, 0] == 1.0)
    np.testing.assert_array_equal(under.draws[:, 1], world.draws[:, 1])
    np.testing.assert_allclose(under.weights, world.weights)
    assert probability(world, make(driver("supply", "is", 1.0)), "plain") > probability(
        world, make(driver("supply", "is", -1.0)), "plain"
    )


def test_learning_of_a_driver_keeps_the_draws_where_it_is_so(world):
    low = suppose(world, learn(driver("supply", "at_most", -0.5)))

    assert low.chance.probability == pytest.approx(world.weights[world.draws[:, 0] <= -0.5].sum())
    assert np.all(low.weights[low.draws[:, 0] > -0.5] == 0)


def test_nested_deadlines_stay_nested(world):
    after_early = learn(outcome("by-early", value=False))
    by_late = learn(outcome("by-late"))
    ratio = forecast_all(world)["by-early"].probability / forecast_all(world)["by-late"].probability

    assert probability(world, after_early, "by-early") == 0
    assert probability(world, by_late, "by-late") == pytest.approx(1)
    assert probability(world, by_late, "by-early") == pytest.approx(ratio)
    assert probability(world, learn(outcome("date", "never")), "by-late") == 0


def test_a_threshold_inside_of_a_cell_is_met_for_sure_once_it_is_learned(world):
    scenario = learn(outcome("number", 60.2, "at_least"))

    assert probability(world, scenario, "at-least-60") == pytest.approx(1)
    assert probability(world, learn(outcome("number", 59.9, "at_most")), "at-least-60") == 0


def test_what_is_learned_after_it_was_made_on_one_curve_narrows_it(world):
    both = make(outcome("by-late"))
    both = type(both)("s", learn=(outcome("by-early"),), make=both.make)
    alone = probability(world, make(outcome("by-late")), "by-early")

    assert chance_of(world, both).probability == pytest.approx(alone)


def test_the_law_of_total_probability_holds_to_the_last_digits(world):
    before = forecast_all(world)
    for question in ("plain", "event", "by-early", "at-least-60"):
        sides = [learn(outcome(question, value=value)) for value in (True, False)]
        for name, forecast in before.items():
            mixed = sum(
                chance_of(world, side).probability
                * conditional_forecasts(suppose(world, side), {name})[name].cells
                for side in sides
            )
            np.testing.assert_allclose(mixed, forecast.cells, atol=1e-12)


@pytest.mark.parametrize(
    ("scenario", "named"),
    [
        (learn(outcome("by-early"), outcome("plain"), outcome("date", b.EARLY, "after")),
         "by-early, date"),
        (learn(driver("supply", "at_least", 6.0), outcome("plain")), "plain, supply"),
        (make(outcome("date", b.FIRST, "by")), "date"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_named(world, scenario, named):
    assert chance_of(world, scenario).probability == 0
    assert chance_of(world, scenario).effective_draws == 0
    with pytest.raises(ImpossibleScenario, match=named):
        suppose(world, scenario)


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        (learn(outcome("nothing")), UnknownQuestion),
        (learn(driver("nothing", "at_least", 0.0)), UnknownDriver),
        (learn(driver("supply", "is", 0.0)), ConditionDoesNotFit),
        (make(driver("supply", "at_most", 0.0)), ConditionDoesNotFit),
        (make(driver("nothing", "is", 0.0)), UnknownDriver),
    ],
)
def test_what_is_not_there_cannot_be_supposed(world, scenario, error):
    with pytest.raises(error):
        suppose(world, scenario)


def test_the_error_of_the_probability_is_what_draws_of_that_number_leave(world):
    scenario = learn(driver("supply", "at_least", 0.0))
    chance = chance_of(world, scenario)
    sample = 1 / np.sum(world.weights**2)

    binomial = np.sqrt(chance.probability * (1 - chance.probability) / sample)
    assert chance.monte_carlo_error == pytest.approx(binomial, rel=0.15)
    assert chance.effective_draws < sample


def test_bits_are_of_yes_or_as_forecasts_count_them(world):
    before = forecast_all(world)
    under = conditional_forecasts(suppose(world, learn(outcome("event"))))
    plain, dated = world.questions["plain"], world.questions["date"]

    assert bits_moved(plain, before["plain"], under["plain"]) == pytest.approx(
        log2_odds(under["plain"].probability) - log2_odds(before["plain"].probability)
    )
    assert bits_moved(dated, before["date"], before["date"]) == 0
