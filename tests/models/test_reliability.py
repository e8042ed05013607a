"""Tests of learning: the same formulas as the domain's, and liars are found out."""

from dataclasses import replace

import numpy as np
import pytensor.tensor as pt
import pytest

from forecasts.curves import read_curve
from forecasts.evidence import Stance, signal_on
from forecasts.origins import gain
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.reading import bounded, cancelled, slope
from forecasts.reliability import Reliability, draw_from_priors
from models.diagnostics import SamplingSettings, require_good
from models.readings import Reading
from models.reliability import (
    READINGS_TO_LEARN_CANCELLATION,
    ReliabilityData,
    Theta,
    build,
    log_chance,
    loudness_of,
    reliability_data,
    reliability_of,
)
from models.sampling import sample
from tests.forecasts import building as b
from tests.models.evaluating import PLAIN, number
from tests.models.resolved import all_readings

CURATORS = frozenset({"curator"})


@pytest.mark.parametrize("rank", [1.0, 2.0, 5.0])
def test_gain_gives_tensors_the_same_numbers(rank: float) -> None:
    on_tensors = number(gain(pt.as_tensor(rank), pt.as_tensor(0.7)))

    assert on_tensors == pytest.approx(gain(rank, 0.7), abs=1e-10)


def test_slope_gives_tensors_the_same_numbers() -> None:
    point = (-0.7, 0.9, 0.35, -1.8, 0.2)

    on_tensors = number(slope(*(pt.as_tensor(value) for value in point), pt))

    assert on_tensors == pytest.approx(slope(*point, np), abs=1e-10)


def test_bounded_gives_tensors_the_same_numbers() -> None:
    signal = np.array([[-40.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    measure = np.array([0.2, 0.5, 0.3])

    on_tensors = number(bounded(pt.as_tensor(signal), pt.as_tensor(measure), 0.9, pt))

    np.testing.assert_allclose(on_tensors, bounded(signal, measure, 0.9), rtol=0, atol=1e-10)


def test_cancelled_gives_tensors_the_same_numbers() -> None:
    point = (0.8, 1.5, 2.3, 3.0, 0.65)

    on_tensors = number(cancelled(*(pt.as_tensor(value) for value in point)))

    assert on_tensors == pytest.approx(cancelled(*point), abs=1e-10)


@pytest.mark.parametrize("established", [CURATORS, frozenset[str]()])
def test_chance_of_an_outcome_is_that_of_the_domain(established: frozenset[str]) -> None:
    """To the last digit; where days or ranks were merged (reports, sooner, higher), to .3%."""
    rows = [classed(reading) for reading in all_readings()]
    data = reliability_data(rows, established)
    theta, tensors = one_theta(data)

    found = np.concatenate([number(log_chance(batch, tensors)) for batch in data.batches])

    by_hand = [log_chance_by_hand(reading, theta, established) for reading in rows]
    difference = np.abs(np.sort(found) - np.sort(by_hand))
    assert difference.max() < 3e-3
    assert np.sum(difference < 1e-9) >= 4


def classed(reading: Reading) -> Reading:
    """The same reading, on a question of a class where there is a yes."""
    name = "bans" if reading.curve.id == "plain" else "releases"
    return replace(reading, curve=replace(reading.curve, reference_class=name))


def test_claims_are_measured_against_what_is_usual() -> None:
    """Usual is sqrt((3 x 1 + 16) / 4) = 2.18; ten usual claims stand beside each source's own."""
    asked, on = b.plain()
    claims = [("calm", 1.0), ("calm", -1.0), ("calm", 1.0), ("loud", 4.0)]
    signals = [
        signal_on(on, asked, b.record(f"r{n}", source=who), Stance("plain", "yes", weight))
        for n, (who, weight) in enumerate(claims)
    ]

    loudness = loudness_of(signals)

    usual = 19 / 4
    assert loudness == pytest.approx(
        {"calm": np.sqrt((3 / usual + 10) / 13), "loud": np.sqrt((16 / usual + 10) / 11)}
    )


def test_few_readings_leave_corroboration_as_it_is() -> None:
    few = reliability_data(simulated(questions=8), CURATORS)
    many = reliability_data(simulated(READINGS_TO_LEARN_CANCELLATION), CURATORS)

    assert not few.cancels and many.cancels
    names = {variable.name for variable in build(many).free_RVs}
    assert names - {variable.name for variable in build(few).free_RVs} == {
        "cancellation",
        "damping",
    }
    assert few.shape != many.shape


def test_more_readings_of_as_many_sources_have_the_same_shape() -> None:
    some, more = (reliability_data(simulated(count), CURATORS) for count in (20, 90))

    assert some.shape == more.shape
    assert len(some.sources) == 8  # the honest, the liar, and six nobodies


@pytest.mark.slow
def test_density_has_a_finite_gradient_everywhere_near_the_prior() -> None:
    model = build(reliability_data(all_readings(), CURATORS))
    gradient = model.compile_dlogp(mode=PLAIN)
    start = model.initial_point(random_seed=3)

    for shift in (0.0, 0.5, -1.5):
        point = {name: value + shift for name, value in start.items()}

        assert np.isfinite(gradient(point)).all()


def test_without_readings_the_model_is_the_prior() -> None:
    model = build(reliability_data([], CURATORS))

    assert {variable.name for variable in model.free_RVs} == {
        "base",
        "grades",
        "source_spread",
        "correlation",
        "trust",
        "submitter_spread",
        "claim_bias",
        "log_half_lives",
    }


@pytest.mark.slow
def test_a_liar_is_found_out_and_an_honest_source_is_not_blamed() -> None:
    data = reliability_data(simulated(questions=150), CURATORS)
    posterior, diagnostics = sample(build(data), SamplingSettings(seed=7))
    require_good(diagnostics, "reliability")

    theta = reliability_of(posterior, data, seed=7)

    honest, liar = slope_of(theta, "honest"), slope_of(theta, "liar")
    assert theta.draws == 1_000
    assert np.mean(liar < honest) > 0.99
    assert np.mean(liar < 0) > 0.9
    assert np.quantile(honest, 0.05) > 0.3


def simulated(questions: int) -> list[Reading]:
    """Even odds; one source is right three times in four, the other wrong as often."""
    rng = np.random.default_rng(17)
    found = []
    for place in range(questions):
        asked, on = b.plain(f"q{place}", 0.5, (0.0, 0.0))
        truth = rng.random() < 0.5
        signals = []
        for source, right in (("honest", 0.75), ("liar", 0.25)):
            says_yes = truth if rng.random() < right else not truth
            signals.append(said(asked, on, source, yes=says_yes))
        found.append(Reading(on, tuple(signals), np.ones(2), np.eye(2)[int(truth)]))
    return found


def said(asked: Question, on: Curve, source: str, *, yes: bool):
    stance = Stance(asked.id, "yes" if yes else "no", float(np.log(3)))
    record = b.record(f"{asked.id}-{source}", stance, source=source)
    return signal_on(on, asked, record, stance)


def slope_of(theta: Reliability, source: str) -> Floats:
    return np.asarray(
        slope(
            theta.base,
            theta.grade_slope("B"),
            theta.source_spread,
            theta.source_deviation(source),
            theta.submitter_deviation("curator"),
            np,
        )
    )


def one_theta(data: ReliabilityData) -> tuple[Reliability, Theta]:
    """One draw of theta, as the domain and as the model hold it."""
    rng = np.random.default_rng(4)
    sources = {name: rng.standard_normal(1) for name in data.sources}
    submitters = {name: 0.3 * rng.standard_normal(1) for name in data.submitters}
    classes = {name: rng.standard_normal(1) for name in data.classes}
    theta = replace(
        draw_from_priors(5, draws=1),
        sources=sources,
        submitters=submitters,
        classes=classes,
        loudness=data.loudness,
        cancellation=np.array([0.4]),
        damping=np.array([0.6]),
    )
    tensors = Theta(
        base=theta.base[0],
        grades=theta.grades[0],
        source_spread=theta.source_spread[0],
        correlation=theta.correlation[0],
        trust=theta.trust[0],
        claim_bias=theta.claim_bias[0],
        half_lives=pt.as_tensor([*theta.half_lives[0], np.inf]),
        cancellation=theta.cancellation[0],
        damping=theta.damping[0],
        sources=np.array([sources[name][0] for name in data.sources]),
        submitters=np.array([submitters[name][0] for name in data.submitters]),
        classes=np.array([0.0, *(classes[name][0] for name in data.classes)]),
    )
    return theta, tensors


def log_chance_by_hand(reading: Reading, theta: Reliability, established: frozenset[str]) -> float:
    """The same chance through the domain's own reading of evidence."""
    state = read_curve(reading.curve, reading.signals, reading.alive, theta, established)
    cells = reading.curve.opening_cells * state.likelihood
    return float(np.log(cells @ reading.outcome) - np.log(cells @ reading.alive))
