"""Tests of simulation: records are drawn as the model reads them, truths as it knows them."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.curves import alive_at
from forecasts.evidence import Stance
from forecasts.outcomes import share_before
from forecasts.priors import t_log_density
from forecasts.reading import bounded
from forecasts.reliability import draw_from_priors
from forecasts.worlds import World, observe
from models.reliability import READINGS_TO_LEARN_CANCELLATION, build
from models.simulation import (
    CLOSES,
    OPENS,
    SILENT_UNTIL,
    TYPES,
    Truth,
    draw_from_posterior,
    draw_pool,
    draw_truth,
    settle_some,
    simulated_world,
)
from models.simulation_evidence import (
    balance,
    draw_records,
    draw_value,
    lift,
    opposites,
)
from models.simulation_learning import READINGS, draw_evidence, simulate_learning
from models.simulation_replicates import simulated_theta
from tests.forecasts import building as b


@pytest.fixture(scope="module")
def world() -> World:
    return simulated_world("simulated", simulated_theta(np.random.default_rng(5)))


def test_a_report_and_its_opposite_are_all_that_can_come_whatever_the_outcome(world: World) -> None:
    """Chances of the two add up to 1 in every cell: reports of one to three records, all types."""
    rng, sizes = np.random.default_rng(8), set()
    for question in world.questions.values():
        curve = world.curves[question.curve].curve
        for place in range(20):
            report, opposite, chance = opposites(
                curve, question, f"r{place}", world.reliability, rng
            )
            said, unsaid = (lift(curve, question, r, world.reliability) for r in (report, opposite))
            share = balance(said, unsaid)
            sizes.add(len(report))

            np.testing.assert_allclose(chance, share * said, rtol=0, atol=1e-12)
            np.testing.assert_allclose(chance + (1 - share) * unsaid, 1.0, rtol=0, atol=1e-12)
            assert chance.min() >= 0 and chance.max() <= 1 + 1e-12
    assert sizes == {1, 2, 3}


def test_the_chance_of_a_record_is_worked_by_hand() -> None:
    """Slope 1, 2 nats, trust .9, no bias: yes comes with (1 + .9 tanh 1) / 2 where it is so."""
    asked, curve = b.plain()
    theta = b.sure(draws=1)
    yes, no = (b.record("r", Stance("plain", said, 2.0)) for said in ("yes", "no"))  # type: ignore[arg-type]

    lifts = [lift(curve, asked, (record,), theta) for record in (yes, no)]

    assert balance(*lifts) == pytest.approx(0.5)
    assert 0.5 * lifts[0] == pytest.approx([(1 - 0.9 * np.tanh(1)) / 2, (1 + 0.9 * np.tanh(1)) / 2])


@pytest.mark.parametrize(
    ("question", "said", "unsaid", "kind"),
    [("number", "higher", "lower", "fact"), ("event", "yes", "no", "rumour")],
)
def test_graded_and_ageing_records_have_no_opposite(
    question: str, said: str, unsaid: str, kind: str
) -> None:
    """The best mixture of the two is far from 1 somewhere, so that they are not drawn forward."""
    asked, curve = (b.number if question == "number" else b.event)(question)
    records = (b.record("r", Stance(question, d, 4.5), kind=kind) for d in (said, unsaid))  # type: ignore[arg-type]
    lifts = [lift(curve, asked, (record,), b.sure(draws=1)) for record in records]

    share = balance(*lifts)

    assert np.abs(share * lifts[0] + (1 - share) * lifts[1] - 1).max() > 0.1


def test_reports_are_drawn_as_often_as_the_model_says() -> None:
    """Yes and no on one question from either outcome, against (1 +- r tanh(w / 2)) / 2 by hand."""
    asked, curve = b.plain()
    world = b.one_question(asked, curve, b.sure(draws=1))
    rng = np.random.default_rng(3)

    for cell in (0, 1):
        right, wanted, error = 0.0, 0.0, 0.0
        records = draw_records(world, Truth(np.zeros(2), {"plain": cell}), 2_000, rng)
        alone = [r for r in records if sum(o.origin == r.origin for o in records) == 1]
        for record in alone:
            stance = record.stances[0]
            right += (stance.direction == "yes") == (cell == 1)
            age = 0.0 if record.kind == "fact" else b.CLOSES - record.published
            faded = stance.weight * 0.5 ** (age / (90.0 if record.kind == "rumour" else 365.0))
            chance = (1 + 0.9 * np.tanh(faded / 2)) / 2
            wanted, error = wanted + chance, error + chance * (1 - chance)

        assert len(alone) > 300
        assert right == pytest.approx(wanted, abs=4 * np.sqrt(error))


def test_values_are_drawn_as_the_model_reads_them(world: World) -> None:
    """Mean of exp(L) over values drawn from nothing is 1 in every cell; from a truth it is more.

    E_prior[t(v - y) / Z(v)] = 1 is what makes P(value | outcome) a distribution.
    """
    curve, theta = world.curves["numeric-0"].curve, world.reliability
    rng = np.random.default_rng(4)
    middles = (curve.space.edges[:-1] + curve.space.edges[1:]) / 2
    values = np.concatenate([curve.space.edges[:1], middles, curve.space.edges[-1:]])
    cells = rng.choice(len(values), size=4_000, p=curve.opening_cells / curve.opening_cells.sum())
    spread = 12.0
    shifts = rng.standard_t(4, size=4_000)
    signal = t_log_density((values - (values[cells] + spread * shifts)[:, None]) / spread)

    lifts = np.exp(bounded(signal, curve.opening_cells, theta.trust[:, None]))

    inner = curve.opening_cells > 1e-3
    errors = lifts.std(axis=0) / np.sqrt(len(lifts))
    assert np.abs((lifts.mean(axis=0) - 1) / errors)[inner].max() < 5


def test_values_stand_around_the_truth_as_often_as_there_is_trust(world: World) -> None:
    """Within two spreads of the truth: of t with 4 degrees 88.4% are, of others hardly any."""
    curve = world.curves["numeric-0"].curve
    theta = replace(world.reliability, trust=np.array([0.6]))
    rng, cell, count = np.random.default_rng(6), 195, 4_000  # near the upper end: 97.0

    near = 0
    for _ in range(count):
        value, spread = draw_value(curve, cell, theta, rng)
        near += abs(value - 97.0) < 2 * min(spread, 10.0)

    trusted = replace(theta, trust=np.array([1.0 - 1e-9]))
    all_near = 0
    for _ in range(count):
        value, spread = draw_value(curve, cell, trusted, rng)
        all_near += abs(value - 97.0) < 2 * min(spread, 10.0)

    assert 0.6 < near / all_near < 0.75  # 60%, and some of the others by chance


def test_truths_from_a_posterior_are_those_of_bayes() -> None:
    """One yes-or-no question without a pull: odds .35 / .65 times the ratio of likelihoods."""
    rng = np.random.default_rng(7)
    asked, curve = b.plain("plain", 0.35, (0.0, 0.0))
    world = observe(b.one_question(asked, curve), b.record("r", Stance("plain", "yes", 2.0)))
    pool = draw_pool(world, 20_000, rng)

    yes = np.mean([draw_from_posterior(world, pool, rng).cells["plain"] for _ in range(2_000)])

    odds = 0.35 / 0.65 * (1 + 0.9 * np.tanh(1)) / (1 - 0.9 * np.tanh(1))
    assert yes == pytest.approx(odds / (1 + odds), abs=4 * np.sqrt(0.25 / 2_000))


def test_outcomes_of_the_prior_have_its_chances(world: World) -> None:
    rng = np.random.default_rng(9)
    pool = draw_pool(world, 4_000, rng)

    for name, state in world.curves.items():
        counts = np.bincount(pool.cells[name], minlength=state.curve.space.size)
        wide = np.array_split(np.arange(state.curve.space.size), min(state.curve.space.size, 10))
        found = np.array([counts[part].sum() for part in wide]) / 4_000
        wanted = np.array([state.curve.opening_cells[part].sum() for part in wide])
        assert np.abs(found - wanted).max() < 5 * np.sqrt(0.25 / 4_000)


def test_silence_ends_at_an_edge_of_a_cell(world: World) -> None:
    curve = world.curves["date-0"].curve

    assert set(share_before(curve.space, SILENT_UNTIL)) == {0.0, 1.0}
    assert set(alive_at(curve, SILENT_UNTIL + 1.0)) == {0.0, 1.0}


def test_settling_leaves_every_truth_possible(world: World) -> None:
    for seed in range(20):
        truth = draw_truth(world, np.random.default_rng(seed))
        known = settle_some(world, truth)

        assert {f"{kind}-1" for kind in TYPES} <= set(known.settled)
        assert all(known.curves[c].alive[cell] == 1 for c, cell in truth.cells.items())


def test_no_report_is_cut_in_two(world: World) -> None:
    """A part of a report would be read otherwise than the whole."""
    rng = np.random.default_rng(10)
    records = draw_records(world, draw_truth(world, rng), 60, rng)

    assert 60 <= len(records) <= 62
    for origin in {record.origin for record in records if "-0" in record.id[7:]}:
        places = sorted(r.id for r in records if r.origin == origin)
        assert places == [f"{origin}-{place}" for place in range(len(places))]
    assert all(OPENS - 60 <= record.published <= CLOSES for record in records)


def test_evidence_of_learning_hangs_on_no_outcome() -> None:
    """The same seed gives the same evidence whatever theta is; only outcomes are open."""
    first, second = (draw_evidence(np.random.default_rng(2)) for _ in range(2))

    told = [[s.record for s in reading.signals] for reading in first]
    assert told == [[s.record for s in reading.signals] for reading in second]
    assert len(first) == sum(READINGS.values()) >= READINGS_TO_LEARN_CANCELLATION


def test_simulated_theta_has_every_parameter_of_the_model() -> None:
    simulated = simulate_learning(np.random.default_rng(1))

    names = {variable.name for variable in build(simulated.data).free_RVs}

    assert names == set(simulated.truth)


def test_theta_of_the_domain_holds_what_the_model_calls_so() -> None:
    """Draws of `draw_from_priors` and of the simulation have the same means, within four errors."""
    theta = draw_from_priors(3, draws=4_000)
    some = [simulated_theta(np.random.default_rng(seed)) for seed in range(300)]

    for name in ("base", "trust", "correlation", "claim_bias", "source_spread"):
        ours = np.array([getattr(one, name)[0] for one in some])
        wanted = getattr(theta, name)
        assert ours.mean() == pytest.approx(wanted.mean(), abs=4 * wanted.std() / np.sqrt(300))
