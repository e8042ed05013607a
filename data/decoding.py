"""From the written forms to the values that the domain works with."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import numpy as np

from data.formats.evidence import EvidenceFormat, StanceFormat
from data.formats.questions import Prior, QuestionFormat
from data.formats.resolutions import ResolutionFormat
from forecasts.elicitation import (
    hazard_shape,
    solve_hazard,
    solve_log_odds,
    solve_softmax,
    solve_split_t,
    solve_weibull,
)
from forecasts.errors import StanceDoesNotFit
from forecasts.evidence import (
    STRENGTHS,
    Record,
    Stance,
    weight_of_probability,
    weight_of_ratio,
    worse_grade,
)
from forecasts.outcomes import (
    Floats,
    OutcomeSpace,
    binary_space,
    choice_space,
    date_space,
    number_space,
    share_at_least,
    share_before,
)
from forecasts.priors import CellPrior, HazardPrior, SplitTPrior
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution
from forecasts.times import end_of_day, instant_of, last_second, start_of_day


def decode_question(
    written: QuestionFormat,
    drivers: tuple[str, ...],
    deadlines: tuple[date, ...] = (),
    parent: Curve | None = None,
) -> tuple[Question, Curve | None]:
    """Give a question and the curve that it brings, if it owns one.

    Args:
        drivers: ids of the world's drivers; loadings follow their order.
        deadlines: days that questions derived from this one ask about.
        parent: the curve of the question from which this one is derived.
    """
    curve = None if written.derived_from else _curve(written, drivers, deadlines)
    read = curve or parent
    assert read is not None
    question = Question(
        id=written.id,
        type=written.type,
        curve=read.id,
        opens=start_of_day(written.opens),
        closes=end_of_day(written.closes),
        yes=_yes_cells(written, read.space),
    )
    return question, curve


def decode_record(
    written: EvidenceFormat,
    options: Mapping[str, tuple[str, ...]],
    *,
    record_id: str,
    origin: str,
    submitter: str,
) -> Record:
    """Give a record of evidence; `options` holds the labels of the questions that it names."""
    return Record(
        id=record_id,
        published=instant_of(last_second(written.published)),
        source=written.source,
        submitter=submitter,
        grade=worse_grade(written.grade),
        kind=written.kind,
        origin=origin,
        fingerprint=fingerprint(written),
        stances=tuple(_stance(s, options[s.question]) for s in written.stances),
    )


def decode_resolution(written: ResolutionFormat, question: Question) -> Resolution:
    """Give an outcome; a day that came as text is read as one where the question is a date."""
    outcome = written.outcome
    if question.type == "date" and isinstance(outcome, str) and outcome != "never":
        with suppress(ValueError):  # what is no day does not fit, as the domain will say
            outcome = date.fromisoformat(outcome)
    return Resolution(
        question=written.question,
        status=written.status,
        outcome=outcome,
        resolved_at=written.resolved_at,
        known_by=written.known_by,
    )


def fingerprint(written: EvidenceFormat) -> str:
    """Give a hash that exact copies share: the address without its trimmings, else the words.

    >>> a = dict(published="2025-01-01", source="reuters", fact={"en": "Rain."})
    >>> one = EvidenceFormat.model_validate({**a, "url": "https://example.org/x?utm_source=feed"})
    >>> two = EvidenceFormat.model_validate({**a, "url": "http://www.example.org/x/#top"})
    >>> fingerprint(one) == fingerprint(two)
    True
    """
    words = " ".join(written.fact.en.casefold().split())
    same = f"{_bare_address(written.url)} {words}" if written.url else words
    return hashlib.sha256(same.encode()).hexdigest()


def _bare_address(url: str) -> str:
    """Strip what does not change the page: scheme, www, tracking parameters, fragment, slash."""
    address = re.sub(r"^https?://(www\.)?", "", url.casefold()).split("#")[0]
    path, _, query = address.partition("?")
    kept = sorted(p for p in query.split("&") if p and not re.match(r"utm_|fbclid|gclid", p))
    return path.rstrip("/") + "?" + "&".join(kept)


def _curve(written: QuestionFormat, drivers: tuple[str, ...], deadlines: tuple[date, ...]) -> Curve:
    """Solve the prior and lay it over the cells."""
    assert written.prior is not None
    space = _space(written, deadlines)
    loadings = _loadings(written, drivers)
    return Curve(
        id=written.id,
        space=space,
        prior=_prior(written, written.prior, space, loadings),
        loadings=loadings,
        opens=start_of_day(written.opens),
        closes=end_of_day(written.closes),
        reporting_lag=float(written.reporting_lag_days),
        as_of=start_of_day(written.prior.as_of),
        reference_class=written.prior.reference_class_id or "",
    )


def _space(written: QuestionFormat, deadlines: tuple[date, ...]) -> OutcomeSpace:
    """The cells of a question's curve."""
    if written.type == "multiple_choice":
        return choice_space(tuple(choice.id for choice in written.choices))
    if written.range is not None:
        on_log = written.range.scale == "log"
        return number_space(written.range.min, written.range.max, log_axis=on_log)
    if written.type == "date" or written.event:
        return date_space(written.opens, written.closes, deadlines)
    return binary_space()


def _loadings(written: QuestionFormat, drivers: tuple[str, ...]) -> Floats:
    """Loadings as an array: (drivers,), or (options, drivers)."""
    rows: list[str | None] = [choice.id for choice in written.choices] or [None]
    loadings = np.zeros((len(rows), len(drivers)))
    for loading in written.loadings:
        loadings[rows.index(loading.choice), drivers.index(loading.driver)] += loading.weight
    return np.asarray(loadings if written.choices else loadings[0])


def _prior(
    written: QuestionFormat, prior: Prior, space: OutcomeSpace, loadings: Floats
) -> CellPrior:
    """Solve for the prior's parameters, with the drivers integrated out."""
    pull = float(np.sqrt(np.sum(loadings**2)))
    if prior.probabilities is not None:
        wanted = np.array([prior.probabilities[label] for label in space.labels])
        return solve_softmax(wanted, loadings)
    if written.range is not None:
        return _number_prior(written, prior, space, pull)
    if written.type == "date":
        return _date_prior(written, prior, space, pull)
    opening = prior.opening_probability
    assert opening is not None
    if written.event:
        windows = [(start_of_day(w.first), end_of_day(w.last), w.weight) for w in prior.windows]
        whole = solve_hazard(opening, prior.never, pull, written.id)
        return HazardPrior(whole * hazard_shape(space.edges, windows), prior.never)
    return solve_log_odds(opening, pull)


def _number_prior(
    written: QuestionFormat, prior: Prior, space: OutcomeSpace, pull: float
) -> SplitTPrior:
    """Fit a split Student-t to three quantiles."""
    assert prior.quantiles is not None and written.range is not None
    values = np.array([float(str(prior.quantiles[level])) for level in ("10", "50", "90")])
    on_axis = np.log(values) if space.log_axis else values
    closed = (written.range.closed_below, written.range.closed_above)
    lowest = float(space.axis[0]) if closed[0] else None
    highest = float(space.axis[-1]) if closed[1] else None
    location, below, above = solve_split_t(on_axis, pull, written.id, lowest, highest)
    return SplitTPrior(location, below, above, space.axis, *closed)


def _date_prior(
    written: QuestionFormat, prior: Prior, space: OutcomeSpace, pull: float
) -> HazardPrior:
    """Fit a Weibull hazard to quantiles and to the chance of "later or never"."""
    assert prior.quantiles is not None
    first = space.edges[0]
    points = [
        (end_of_day(day) - first, int(level) / 100)
        for level, day in prior.quantiles.items()
        if isinstance(day, date)
    ]
    if prior.after_close is not None:
        points.append((space.edges[-1] - first, 1 - prior.after_close))
    days, chances = np.array(sorted(points)).T
    scale, shape = solve_weibull(days, chances, prior.never, pull, written.id)
    return HazardPrior(((space.edges - first) / scale) ** shape, prior.never)


def _yes_cells(written: QuestionFormat, space: OutcomeSpace) -> Floats | None:
    """Share of each cell that makes a binary question true."""
    if written.type != "binary":
        return None
    derived = written.derived_from
    if derived is not None and derived.by is not None:
        return share_before(space, end_of_day(derived.by))
    if derived is not None and derived.at_least is not None:
        return share_at_least(space, derived.at_least)
    if written.event:
        return np.append(np.ones(space.size - 1), 0.0)
    return np.array([0.0, 1.0])


def _stance(written: StanceFormat, options: tuple[str, ...]) -> Stance:
    """Give a stance with its weight in nats."""
    window, measured, bound = written.window, written.measured, written.bound
    return Stance(
        question=written.question,
        direction=written.direction,
        weight=_weight(written),
        choice=_choice_index(written, options),
        window=(start_of_day(window.first), end_of_day(window.last)) if window else None,
        measured=(measured.value, measured.spread) if measured else None,
        bound=(
            -np.inf if bound.at_least is None else bound.at_least,
            np.inf if bound.at_most is None else bound.at_most,
        )
        if bound
        else None,
    )


def _weight(written: StanceFormat) -> float:
    """Nats of a stance, by the one route that it takes."""
    if written.strength is not None:
        return weight_of_ratio(STRENGTHS[written.strength])
    if written.likelihood_ratio is not None:
        return weight_of_ratio(written.likelihood_ratio)
    if written.source_probability is not None:
        told = written.source_probability
        return weight_of_probability(told.stated, told.before)
    return 0.0


def _choice_index(written: StanceFormat, options: tuple[str, ...]) -> int | None:
    """Index of the option that a stance names."""
    if written.choice is None:
        return None
    if written.choice not in options:
        raise StanceDoesNotFit(
            question=written.question,
            kind="multiple_choice",
            said="that option",
            mend=", ".join(options) or "yes or no",
        )
    return options.index(written.choice)
