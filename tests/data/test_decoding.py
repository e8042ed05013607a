"""Tests of reading written forms as values."""

from datetime import date

import numpy as np
import pytest

from data.decoding import decode_question, decode_record, decode_resolution, fingerprint
from data.formats.resolutions import ResolutionFormat
from forecasts.errors import ImpossiblePrior, StanceDoesNotFit
from forecasts.evidence import Record
from forecasts.outcomes import Floats, share_at_least, share_before
from forecasts.priors import HazardPrior, SplitTPrior
from forecasts.questions import Curve
from forecasts.times import end_of_day, start_of_day
from tests.data import writing as w

DRIVERS = ("demand", "supply")
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def curve_of(written: w.QuestionFormat, *deadlines: date) -> Curve:
    _, curve = decode_question(written, DRIVERS, deadlines)
    assert curve is not None
    return curve


def by(curve: Curve, day: date) -> float:
    return float(curve.opening_cells @ share_before(curve.space, end_of_day(day)))


def test_a_binary_question_opens_at_its_probability() -> None:
    question, curve = decode_question(w.plain(), DRIVERS)

    assert curve is not None
    assert curve.opening_cells[1] == pytest.approx(0.3, abs=1e-6)
    np.testing.assert_array_equal(curve.loadings, [0.0, 0.5])
    np.testing.assert_array_equal(question.yes, [0, 1])
    assert (question.opens, question.closes) == (start_of_day(FIRST), end_of_day(LAST))
    assert (curve.reporting_lag, curve.as_of) == (2.0, start_of_day(date(2024, 12, 1)))


def test_an_event_reaches_its_probability_at_the_close() -> None:
    question, curve = decode_question(w.event(never=0.2), DRIVERS)

    assert curve is not None and curve.space.kind == "date"
    assert question.probability(curve.opening_cells) == pytest.approx(0.4, abs=1e-6)
    np.testing.assert_array_equal(question.yes, np.append(np.ones(curve.space.size - 1), 0))


def test_an_event_rides_on_its_window() -> None:
    """60% of the hazard in December and 40% even over 365 days: .6 + .4 x 31/365 of it."""
    december = {"first": "2025-12-01", "last": "2025-12-31", "weight": 0.6}
    prior = curve_of(w.event(windows=[december]), date(2025, 11, 30)).prior

    assert isinstance(prior, HazardPrior)
    hazard = prior.cumulative_hazard
    edges = curve_of(w.event(windows=[december]), date(2025, 11, 30)).space.edges
    before = hazard[np.searchsorted(edges, end_of_day(date(2025, 11, 30)))]
    assert 1 - before / hazard[-1] == pytest.approx(0.6 + 0.4 * 31 / 365)


def test_an_event_likelier_than_it_can_be_is_refused() -> None:
    with pytest.raises(ImpossiblePrior, match="event"):
        decode_question(w.event(never=0.7), DRIVERS)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_number_opens_at_its_quantiles(scale: str) -> None:
    curve = curve_of(w.number(scale))

    assert isinstance(curve.prior, SplitTPrior) and curve.space.log_axis == (scale == "log")
    above = [curve.opening_cells @ share_at_least(curve.space, value) for value in (20, 35, 60)]
    np.testing.assert_allclose(above, [0.9, 0.5, 0.1], atol=0.002)


@pytest.mark.parametrize(("closed", "quantiles"), [(True, (3, 9, 35)), (False, (20, 35, 60))])
def test_a_closed_number_opens_at_its_quantiles_though_nothing_lies_beyond_its_ends(
    *, closed: bool, quantiles: tuple[float, float, float]
) -> None:
    """Without its ends in the sum, up to 4% of the probability went astray."""
    ends = {"min": 1.0, "max": 100.0, "unit": w.WORDS, "scale": "log"}
    asked = dict(zip(("10", "50", "90"), quantiles, strict=True))
    curve = curve_of(
        w.question(
            "number",
            "numeric",
            range={**ends, "closed_below": closed, "closed_above": closed},
            prior={**w.PRIOR, "quantiles": asked},
            loadings=[w.LOADING],
        )
    )

    above = [curve.opening_cells @ share_at_least(curve.space, value) for value in quantiles]
    np.testing.assert_allclose(above, [0.9, 0.5, 0.1], atol=0.003)


def test_a_date_opens_at_its_quantiles() -> None:
    curve = curve_of(w.dated())

    assert by(curve, date(2025, 3, 1)) == pytest.approx(0.1, abs=0.002)
    assert by(curve, date(2025, 8, 1)) == pytest.approx(0.5, abs=0.002)


def test_a_date_opens_at_its_median_and_what_is_left_after_the_close() -> None:
    curve = curve_of(w.dated(quantiles={"50": "2025-08-01"}, after_close=0.2, never=0.05))

    assert by(curve, date(2025, 8, 1)) == pytest.approx(0.5, abs=0.002)
    assert curve.opening_cells[-1] == pytest.approx(0.2, abs=0.002)


def test_options_open_at_their_probabilities_with_loadings_of_their_own() -> None:
    question, curve = decode_question(w.choice(), DRIVERS)

    assert curve is not None and curve.space.labels == ("red", "green")
    np.testing.assert_allclose(curve.opening_cells, [0.6, 0.4], atol=1e-4)
    np.testing.assert_array_equal(curve.loadings, [[0.5, 0.0], [0.0, 0.5]])
    assert question.yes is None


def test_options_without_loadings_open_too() -> None:
    curve = curve_of(w.choice().model_copy(update={"loadings": ()}))

    np.testing.assert_allclose(curve.opening_cells, [0.6, 0.4])


def test_a_derived_question_reads_its_parents_curve() -> None:
    deadline = date(2025, 5, 31)
    of_date, of_number = curve_of(w.dated(), deadline), curve_of(w.number())

    by_may, none = decode_question(w.derived("dated", by=deadline), DRIVERS, (), of_date)
    at_least, _ = decode_question(w.derived("number", at_least=35.0), DRIVERS, (), of_number)

    assert none is None and by_may.curve == "dated"
    assert set(np.asarray(by_may.yes)) == {0.0, 1.0}  # the deadline is an edge
    assert at_least.probability(of_number.opening_cells) == pytest.approx(0.5, abs=0.002)


def decoded(*stances: dict[str, object], **more: object) -> Record:
    options = {
        s["question"]: ("red", "green") if s["question"] == "choice" else () for s in stances
    }
    written = w.record(*stances, **more)
    return decode_record(
        written,
        options,  # type: ignore[arg-type]
        record_id="r1",
        origin="o1",
        submitter="ann",
    )


def test_a_record_counts_from_the_end_of_its_day_with_its_worse_grade() -> None:
    record = decoded(
        {"question": "plain", "direction": "yes", "strength": "strong"},
        grade="A3",
        kind="rumour",
    )

    assert record.published == pytest.approx(end_of_day(date(2025, 2, 3)) - 1 / 86_400)
    assert (record.id, record.origin, record.submitter) == ("r1", "o1", "ann")
    assert (record.grade, record.kind, record.source) == ("C", "rumour", "agency")


@pytest.mark.parametrize(
    ("said", "nats"),
    [
        ({"strength": "decisive"}, np.log(100)),
        ({"strength": "negligible"}, np.log(1.1)),
        ({"likelihood_ratio": 0.5}, -np.log(2)),
        ({"likelihood_ratio": 1e5}, 4.5),
        ({"source_probability": {"stated": 0.5, "before": 0.2}}, np.log(4)),
    ],
)
def test_a_stance_weighs_what_its_route_says(said: dict[str, object], nats: float) -> None:
    [stance] = decoded({"question": "plain", "direction": "yes", **said}).stances

    expected = min(nats, 4.5)  # ln 100 = 4.605 is clipped
    assert stance.weight == pytest.approx(expected)


def test_values_bounds_windows_and_options_are_read() -> None:
    window = {"first": "2025-03-01", "last": "2025-03-31"}
    record = decoded(
        {"question": "number", "measured": {"value": 3, "spread": 0.5}},
        {"question": "other", "bound": {"at_least": 2}},
        {"question": "third", "bound": {"at_most": 9}},
        {"question": "dated", "direction": "yes", "strength": "weak", "window": window},
        {"question": "choice", "direction": "toward", "choice": "green", "strength": "weak"},
    )
    measured, at_least, at_most, within, toward = record.stances

    assert (measured.measured, measured.weight) == ((3.0, 0.5), 0.0)
    assert (at_least.bound, at_most.bound) == ((2.0, np.inf), (-np.inf, 9.0))
    assert within.window == (start_of_day(date(2025, 3, 1)), end_of_day(date(2025, 3, 31)))
    assert (toward.choice, within.choice) == (1, None)


def test_an_option_that_the_question_has_not_is_refused() -> None:
    with pytest.raises(StanceDoesNotFit, match="use red, green"):
        decoded({"question": "choice", "direction": "toward", "choice": "pink", "strength": "weak"})
    with pytest.raises(StanceDoesNotFit, match="use yes or no"):
        decoded({"question": "plain", "direction": "toward", "choice": "pink", "strength": "weak"})


SAME = [
    ("https://example.org/a", "http://www.EXAMPLE.org/a/#part", True),
    ("https://example.org/a?b=1&c=2", "https://example.org/a?c=2&utm_medium=x&b=1&fbclid=9", True),
    ("https://example.org/a?b=1", "https://example.org/a?b=2", False),
    ("https://example.org/a", "https://example.org/b", False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_copies_share_a_fingerprint_by_address_and_words(
    *, one: str, other: str, same: bool
) -> None:
    prints = [fingerprint(w.record(url=url)) for url in (one, other)]

    assert (prints[0] == prints[1]) == same


def test_without_an_address_the_words_make_the_copy() -> None:
    prints = [fingerprint(w.record(fact={"en": text})) for text in ("A  b.", "a B.", "a c.")]

    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    ("written", "outcome", "read"),
    [
        (w.dated(), "2025-05-01", date(2025, 5, 1)),
        (w.dated(), "never", "never"),
        (w.choice(), "red", "red"),
        (w.plain(), True, True),
        (w.number(), 17, 17.0),
    ],
)
def test_an_outcome_is_read_as_its_question_means_it(
    written: w.QuestionFormat, outcome: object, read: object
) -> None:
    question, _ = decode_question(written, DRIVERS)
    form = ResolutionFormat.model_validate(
        {
            "question": written.id,
            "outcome": outcome,
            "resolved_at": "2025-05-01",
            "known_by": "2025-05-02",
            "basis": w.WORDS,
        }
    )

    resolution = decode_resolution(form, question)

    assert resolution.outcome == read and type(resolution.outcome) is type(read)
    assert (resolution.status, resolution.known_by) == ("resolved", date(2025, 5, 2))


def test_cells_of_an_opening_prior_are_a_distribution() -> None:
    every: list[Floats] = [
        curve_of(written).opening_cells
        for written in (w.plain(), w.event(), w.number(), w.dated(), w.choice())
    ]

    assert all(cells.sum() == pytest.approx(1) and np.all(cells >= 0) for cells in every)
