"""Tests of laying stances over cells: profiles, measures, weights and decay, by hand."""

from datetime import date

import numpy as np
import pytest
import scipy.stats

from forecasts.errors import StanceDoesNotFit
from forecasts.evidence import (
    Stance,
    ridit,
    signal_on,
    weight_of_probability,
    weight_of_ratio,
    worse_grade,
)
from forecasts.outcomes import Floats, date_space
from forecasts.priors import HazardPrior
from forecasts.questions import Curve, Question
from forecasts.reading import aged_profile
from forecasts.times import start_of_day
from tests.forecasts import building as b

START = start_of_day(date(2025, 1, 1))


class FlatPrior:
    """Cells of equal probability, whatever the pull."""

    def __init__(self, cells: int) -> None:
        self.cells = cells

    def log_cells(self, eta: Floats, xp: object = np) -> Floats:  # noqa: ARG002
        return np.full((*eta.shape, self.cells), -np.log(self.cells))


@pytest.fixture
def three_days() -> Curve:
    """Three days and never, a quarter each."""
    space = date_space(date(2025, 1, 1), date(2025, 1, 3))
    return b.curve("d", space, FlatPrior(4), (0.0, 0.0), opens=START, closes=START + 3)


@pytest.fixture
def event(three_days: Curve) -> Question:
    return b.question("d", "binary", "d", np.array([1.0, 1.0, 1.0, 0.0]))


@pytest.fixture
def day() -> Question:
    return b.question("d", "date", "d")


def stance(**said: object) -> Stance:
    return Stance("d", **{"weight": 2.0, **said})  # type: ignore[arg-type]


def at(published: float, kind: str = "fact") -> dict[str, object]:
    return {"published": published, "kind": kind}


def test_the_worse_of_letter_and_digit_counts_and_f_is_better_than_d() -> None:
    given = ["A1", "A2", "D1", "F4", "E6", "B6", "F1"]

    assert [worse_grade(grade) for grade in given] == ["A", "B", "D", "D", "E", "F", "F"]


def test_a_source_that_moves_from_a_fifth_to_a_half_gives_ln_4() -> None:
    """Odds go from 1/4 to 1."""
    assert weight_of_probability(0.5, 0.2) == pytest.approx(np.log(4))
    assert weight_of_probability(0.2, 0.5) == pytest.approx(-np.log(4))
    assert weight_of_probability(0.999, 0.001) == 4.5 == -weight_of_ratio(1e-9)


def test_yes_on_an_event_lifts_its_days_and_no_lowers_them(
    three_days: Curve, event: Question
) -> None:
    yes = signal_on(three_days, event, b.record("r"), stance(direction="yes"))
    no = signal_on(three_days, event, b.record("r"), stance(direction="no"))

    np.testing.assert_array_equal(yes.profile, [0.5, 0.5, 0.5, -0.5])
    np.testing.assert_allclose(yes.measure, [1 / 6, 1 / 6, 1 / 6, 1 / 2])
    assert (yes.weight, no.weight, yes.subject, no.subject) == (2.0, -2.0, "yes d", "yes d")


def test_a_window_lifts_the_days_in_it(three_days: Curve, day: Question) -> None:
    window = (START + 1, START + 3)
    signal = signal_on(three_days, day, b.record("r"), stance(direction="yes", window=window))

    np.testing.assert_array_equal(signal.profile, [-0.5, 0.5, 0.5, -0.5])
    np.testing.assert_allclose(signal.measure, [0.25] * 4)
    assert signal.subject == f"window {START + 1} {START + 3}"


def test_sooner_looks_only_at_the_days_that_remain(three_days: Curve, day: Question) -> None:
    """On day 2, a third each remains: ridits -1/3, 0, 1/3, turned round; the past is extreme."""
    record = b.record("r", published=START + 1)

    sooner = signal_on(three_days, day, record, stance(direction="sooner"))
    later = signal_on(three_days, day, record, stance(direction="later"))

    np.testing.assert_allclose(sooner.profile, [1 / 2, 1 / 3, 0, -1 / 3], atol=1e-12)
    np.testing.assert_allclose(sooner.measure, [0, 1 / 3, 1 / 3, 1 / 3], atol=1e-12)
    assert (sooner.weight, later.weight) == (2.0, -2.0)


def test_toward_an_option_leaves_the_others_equal() -> None:
    asked, on = b.choice()
    signal = signal_on(on, asked, b.record("r"), stance(direction="toward", choice=1, weight=-1))

    np.testing.assert_array_equal(signal.profile, [-0.5, 0.5, -0.5])
    np.testing.assert_allclose(signal.measure, [0.25, 0.5, 0.25])
    assert (signal.weight, signal.subject) == (-1.0, "toward 1")


def test_higher_is_the_ridit_of_the_opening_prior() -> None:
    asked, on = b.number()
    signal = signal_on(on, asked, b.record("r"), stance(direction="higher"))
    lower = signal_on(on, asked, b.record("r"), stance(direction="lower"))

    below = np.concatenate([[0.0], np.cumsum(on.opening_cells)[:-1]])
    np.testing.assert_allclose(signal.profile, below + on.opening_cells / 2 - 0.5)
    assert signal.profile @ signal.measure == pytest.approx(0, abs=1e-12)
    assert lower.weight == -signal.weight == -2.0


def test_a_ridit_is_uneven_where_the_cells_are() -> None:
    np.testing.assert_allclose(ridit(np.array([0.2, 0.5, 0.3])), [-0.4, -0.05, 0.35])


def test_a_measured_value_is_a_student_t_around_it() -> None:
    asked, on = b.number()
    signal = signal_on(on, asked, b.record("r"), Stance("number", measured=(40.0, 5.0)))

    t = scipy.stats.t(4).logpdf
    assert signal.profile[81] - signal.profile[101] == pytest.approx(t(0.05) - t(2.05))
    assert signal.profile[0] - signal.profile[-1] == pytest.approx(t(-8) - t(12))  # tails: 0, 100
    assert (signal.weight, signal.is_value, signal.subject) == (1.0, True, "value")


@pytest.mark.parametrize(
    ("bound", "possible"),
    [((-np.inf, 30.0), slice(None, 61)), ((30.0, np.inf), slice(61, None))],
)
def test_a_bound_leaves_50_nats_on_what_is_beyond_it(
    bound: tuple[float, float], possible: slice
) -> None:
    asked, on = b.number()
    signal = signal_on(on, asked, b.record("r"), Stance("number", bound=bound))

    expected = np.full(202, -50.0)
    expected[possible] = 0.0
    np.testing.assert_allclose(signal.profile, expected)
    assert signal.subject == "bound"


def test_a_report_loses_half_its_weight_in_a_year_and_a_rumour_in_90_days() -> None:
    asked, on = b.plain()  # it is about the close, 365 days after the opening
    freshness = {
        kind: signal_on(
            on, asked, b.record("r", published=b.OPENS, kind=kind), stance(direction="yes")
        ).freshness
        for kind in ("fact", "report", "rumour")
    }

    assert freshness == pytest.approx({"fact": 1, "report": 0.5, "rumour": 2 ** -(365 / 90)})


def test_what_is_said_of_a_day_decays_to_that_day(three_days: Curve, event: Question) -> None:
    """The middle of day 1 is .5 days on, that of day 3 2.5, never counts at the close, 3."""
    record = b.record("r", published=START, kind="rumour")
    signal = signal_on(three_days, event, record, stance(direction="yes"))

    np.testing.assert_allclose(signal.age, [0.5, 1.5, 2.5, 3.0])
    expected = np.array([0.5, 0.5, 0.5, -0.5]) * 2 ** (-signal.age / 90)
    np.testing.assert_allclose(aged_profile(signal), expected)


def test_a_record_newer_than_a_cell_does_not_gain_weight(
    three_days: Curve, event: Question
) -> None:
    record = b.record("r", published=START + 2, kind="rumour")
    signal = signal_on(three_days, event, record, stance(direction="yes"))

    np.testing.assert_allclose(signal.age, [0, 0, 0.5, 1.0])


def test_a_fact_and_a_measured_value_do_not_age(three_days: Curve, event: Question) -> None:
    fact = signal_on(three_days, event, b.record("r"), stance(direction="yes"))
    asked, on = b.number()
    report = b.record("s", kind="report")
    value = signal_on(on, asked, report, Stance("number", measured=(1.0, 1.0)))

    assert fact.age.tolist() == value.age.tolist() == [0.0]


MISFITS = [
    (b.plain, {"direction": "higher"}, "yes or no"),
    (b.plain, {"measured": (1.0, 1.0)}, "yes or no"),
    (b.event, {"direction": "sooner"}, "yes or no"),
    (b.dated, {"direction": "yes"}, "sooner, later, or a window"),
    (b.dated, {"bound": (1.0, 2.0)}, "sooner, later, or a window"),
    (b.number, {"direction": "yes"}, "higher, lower, measured or bound"),
    (b.number, {"direction": "yes", "window": (0.0, 1.0)}, "higher, lower, measured or bound"),
    (b.choice, {"direction": "toward"}, "toward with a choice"),
    (b.choice, {"direction": None}, "toward with a choice"),
]


@pytest.mark.parametrize(("build", "said", "mend"), MISFITS)
def test_a_stance_that_does_not_fit_is_refused_with_those_that_do(
    build: object, said: dict[str, object], mend: str
) -> None:
    asked, on = build()  # type: ignore[operator]
    with pytest.raises(StanceDoesNotFit, match=mend):
        signal_on(on, asked, b.record("r"), Stance(asked.id, **said))  # type: ignore[arg-type]


def test_a_value_does_not_fit_a_threshold_on_a_number() -> None:
    _, on = b.number()
    threshold = b.question("at-least", "binary", "number", np.ones(202))
    with pytest.raises(StanceDoesNotFit, match="yes or no"):
        signal_on(on, threshold, b.record("r"), Stance("at-least", measured=(1.0, 1.0)))


def test_decay_never_touches_the_prior(three_days: Curve) -> None:
    hazard = HazardPrior(np.array([0.0, 1.0, 2.0, 3.0]))
    on = b.curve("d", three_days.space, hazard, (0.0, 0.0), opens=START, closes=START + 3)
    event = b.question("d", "binary", "d", np.array([1.0, 1.0, 1.0, 0.0]))
    fresh = signal_on(on, event, b.record("r", published=START), stance(direction="yes"))
    stale = signal_on(
        on, event, b.record("r", published=START, kind="rumour"), stance(direction="yes")
    )

    np.testing.assert_array_equal(fresh.measure, stale.measure)
