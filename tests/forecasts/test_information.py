"""Tests of what to watch next, and of tornados."""

import numpy as np
import pytest

from forecasts.distributions import forecast_all, quantiles
from forecasts.errors import UnknownQuestion
from forecasts.information import headline, target_value, tornado, watch_list
from forecasts.joint import axis_of, joint_table, mutual_information
from forecasts.scenarios import conditional_forecasts, suppose
from forecasts.worlds import World, add_question
from tests.forecasts import building as b
from tests.forecasts.supposing import driver, known_world, learn, make, outcome

ALL = ("plain", "event", "date", "number", "choice", "by-early", "by-late", "at-least-60")


@pytest.fixture(scope="module")
def world() -> World:
    return known_world()


def test_questions_are_ranked_by_what_they_tell_of_the_target(world):
    under = suppose(world, learn())
    watched = watch_list(under, "plain", ALL)
    axes = [axis_of(under, "plain"), axis_of(under, "event")]

    assert {one.axis.question for one in watched} == set(ALL) - {"plain"}
    assert [one.information for one in watched] == sorted(
        (one.information for one in watched), reverse=True
    )
    of_event = next(one for one in watched if one.axis.question == "event")
    assert of_event.information == pytest.approx(
        mutual_information(joint_table(under, axes).probabilities)
    )


def test_each_outcome_tells_where_the_target_would_stand(world):
    (watched,) = watch_list(suppose(world, learn()), "plain", ("event",))
    learned = conditional_forecasts(suppose(world, learn(outcome("event"))), {"plain"})["plain"]
    no, yes = watched.targets

    assert watched.axis.labels == ("no", "yes")
    assert watched.probabilities[1] == pytest.approx(forecast_all(world)["event"].probability)
    assert (no.median, yes.median) == (None, None)
    assert yes.probability == pytest.approx(learned.probability)
    assert no.probability < forecast_all(world)["plain"].probability < yes.probability


@pytest.mark.parametrize("other", ["plain", "by-late"])
def test_of_a_date_the_median_is_told_too(world, other):
    (watched,) = watch_list(suppose(world, learn()), "date", (other,))
    under = suppose(world, learn(outcome(other)))
    median = quantiles(world, conditional_forecasts(under, {"date"})["date"])[3]

    assert watched.targets[1].median == pytest.approx(median, abs=0.01)


def test_an_outcome_that_cannot_be_leaves_the_target_nowhere(world):
    under = suppose(world, learn(outcome("by-early")))
    (watched,) = watch_list(under, "plain", ("by-late",))

    assert watched.probabilities == (0.0, pytest.approx(1))
    assert watched.targets[0] is None
    assert watched.information == pytest.approx(0, abs=1e-12)


def test_a_question_without_common_drivers_tells_nothing(world):
    apart = add_question(world, *b.plain("apart", 0.4, (0.0, 0.0)))
    (watched,) = watch_list(suppose(apart, learn()), "plain", ("apart",))

    assert watched.information == pytest.approx(0, abs=1e-12)


def test_an_unknown_target_is_refused(world):
    with pytest.raises(UnknownQuestion):
        watch_list(suppose(world, learn()), "nothing", ALL)


@pytest.mark.parametrize(
    ("target", "labels", "probability"),
    [("plain", ("yes",), None), ("choice", ("red",), None), ("number", (), 0.5), ("date", (), 0.5)],
)
def test_a_target_is_told_by_its_headline(world, target, labels, probability):
    under = suppose(world, learn())
    main = headline(under, target)
    value = target_value(under, main)
    forecast = forecast_all(world)[target]

    assert main.labels == labels
    assert len(main.stretches) == 1
    wanted = forecast.probability if target == "plain" else probability or max(forecast.cells)
    assert value.probability == pytest.approx(wanted, abs=0.01)  # a date is cut at the day's end
    assert (value.median is None) == bool(labels)


def test_a_tornado_sets_each_driver_low_and_high_and_shows_the_widest_swing_first(world):
    swings = tornado(suppose(world, learn()), "plain")
    supply, demand = swings  # the plain question hangs on supply alone
    order = np.sort(world.draws[:, 0])

    assert [one.driver for one in swings] == ["supply", "demand"]
    assert demand.bits == pytest.approx(0, abs=1e-9)
    assert supply.values[0] == pytest.approx(weighted_quantile(world, 0.05), abs=1e-9)
    assert order[0] < supply.values[0] < 0 < supply.values[1] < order[-1]
    high = suppose(world, make(driver("supply", "is", supply.values[1])))
    yes = conditional_forecasts(high, {"plain"})["plain"].probability
    assert supply.high.probability == pytest.approx(yes)
    assert supply.bits > 0


def test_a_driver_that_is_made_so_is_no_part_of_the_tornado(world):
    swings = tornado(suppose(world, make(driver("supply", "is", 1.0))), "number")

    assert [one.driver for one in swings] == ["demand"]
    assert swings[0].low.median > swings[0].high.median  # demand lowers the number


def weighted_quantile(world: World, level: float) -> float:
    order = np.argsort(world.draws[:, 0], kind="stable")
    reached = np.cumsum(world.weights[order])
    return float(world.draws[order, 0][np.searchsorted(reached, level * reached[-1])])
