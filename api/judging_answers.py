"""The shapes of the API's answers on scores, calibration and leaderboards."""

import math
from typing import Any

from pydantic import Field

from api.answers import Answer, iso
from api.judge import Derived
from data.ledger import Checkpoint
from forecasts.betting import CalibrationPosterior, Interval
from forecasts.calibration_reports import CorpCurve, PitReport, YesNoReport
from forecasts.judged_tables import SCORES, JudgedTable
from forecasts.voice_histories import VOICE_KINDS

_RETROSPECTIVE = (
    "a voice on a question whose evidence was collected with hindsight: it shows the machine, "
    "not merit"
)
_VOICES = "what the scores of voices were computed from; null: none asked for, or none yet"


class ComputedFrom(Answer):
    """From what, and when, a result was computed."""

    entries: int = Field(description="of the ledger that were read")
    hash: str = Field(description="of the newest of them; empty for a past state")
    computed_at: str | None = Field(description="null: now, from the rows")
    is_current: bool = Field(description="neither the ledger nor the day has moved on since")


class ScoreAnswer(Answer):
    """What a forecaster got on a question, averaged over the time in which he stood."""

    question: str
    forecaster: str
    kind: str
    type: str
    topics: tuple[str, ...]
    known_by: str = Field(description="the day on which the outcome could be known")
    forecasts: int = Field(description="how many of them stood at some time")
    coverage: float = Field(description="share of the announced window in which one stood")
    log2_loss: float = Field(description="bits, lower is better")
    brier: float = Field(description="0 to 1, lower is better")
    baseline: float = Field(description="Metaculus points over knowing nothing")
    peer: float = Field(description="Metaculus points over the others who stood at the same time")
    spot_log2_loss: float | None = Field(description="halfway; null for who did not stand then")
    spot_baseline: float | None
    spot_peer: float | None
    lead: float | None = Field(description="bits over the others, who are read 24 h later")
    lead_coverage: float | None
    retrospective: bool = Field(description=_RETROSPECTIVE)


class ScoreList(Answer):
    """A page of scores, by question and forecaster."""

    items: tuple[ScoreAnswer, ...]
    next_cursor: str | None
    people: ComputedFrom
    voices: ComputedFrom | None = Field(description=_VOICES)


class CurvePoint(Answer):
    """How often forecasts of a probability come true."""

    probability: float
    observed: float
    low: float = Field(description="of the band of calibrated forecasts, or of the posterior")
    high: float


class IntervalAnswer(Answer):
    """A mean and its 90% interval."""

    mean: float
    low: float
    high: float


class PosteriorAnswer(Answer):
    """A forecast p comes true logistic(a + b logit p) of the time."""

    a: IntervalAnswer = Field(description="above 0: things happen more often than forecast")
    b: IntervalAnswer = Field(description="below 1: overconfident")


class YesNoCalibration(Answer):
    """Calibration of yes-or-no forecasts."""

    n: int
    questions: int
    brier: float
    ece: float = Field(description="expected calibration error in ten bins")
    mcb: float = Field(description="CORP: Brier = MCB - DSC + UNC")
    mcb_null_mean: float = Field(description="what chance alone makes of MCB")
    mcb_null_upper: float = Field(description="95% of calibrated forecasts have no more")
    dsc: float
    unc: float
    spiegelhalter_z: float | None = Field(description="null where forecasts share outcomes")
    e_value: float | None = Field(
        description="20 and more rejects calibration, whenever one looks; null where more than "
        "200,000 forecasts share outcomes"
    )
    posterior: PosteriorAnswer | None = Field(description="below 30 questions")
    curve_is: str = Field(description="corp, or posterior below 30 questions")
    curve: tuple[CurvePoint, ...]


class PitCalibrationAnswer(Answer):
    """Calibration of forecasts of numbers and dates: PITs in ten bins."""

    n: int
    questions: int
    mean: float = Field(description="1/2 if forecasts are right; above: outcomes were higher")
    counts: tuple[int, ...]
    band: tuple[int, int] = Field(description="holds all ten counts with 95%")
    e_value: float | None = Field(description="null where forecasts share outcomes")


class CalibrationAnswer(Answer):
    """Calibration of one group of forecasts."""

    group: str | None = Field(description="what `by` tells apart; null: all that were asked for")
    retrospective: bool = Field(description=_RETROSPECTIVE)
    yes_no: YesNoCalibration | None
    pit: PitCalibrationAnswer | None


class CalibrationList(Answer):
    """Calibration, group by group."""

    moment: str
    items: tuple[CalibrationAnswer, ...]
    people: ComputedFrom
    voices: ComputedFrom | None = Field(description=_VOICES)


def from_rows(place: Checkpoint) -> ComputedFrom:
    """Say that something was computed from the rows of now."""
    return ComputedFrom(entries=place.entries, hash=place.hash, computed_at=None, is_current=True)


def from_derived(derived: Derived | None) -> ComputedFrom | None:
    """Say what the judge computed something from."""
    if derived is None:
        return None
    return ComputedFrom(
        entries=derived.entries,
        hash=derived.hash,
        computed_at=iso(derived.computed_at),
        is_current=derived.is_current,
    )


def score_answers(table: JudgedTable) -> tuple[ScoreAnswer, ...]:
    """Give rows of scores as answers."""
    columns = {name: table.columns[name].tolist() for name in ("question", "forecaster")}
    forecasts = table.columns["forecasts"].tolist()
    scores = {name: table.columns[name].tolist() for name in SCORES}
    found = []
    for row, (asked, who) in enumerate(zip(*columns.values(), strict=True)):
        facts, name = table.questions[asked], table.forecasters[who]
        numbers: dict[str, Any] = {
            score: none_if_nan(values[row]) for score, values in scores.items()
        }
        found.append(
            ScoreAnswer(
                question=facts.id,
                forecaster=name,
                kind=table.kinds[who],
                type=facts.type,
                topics=facts.topics,
                known_by=iso(facts.known)[:10],
                forecasts=forecasts[row],
                retrospective=facts.is_retrospective and name in VOICE_KINDS,
                **numbers,
            )
        )
    return tuple(found)


def is_retrospective(table: JudgedTable) -> bool:
    """Tell whether some rows are of voices on questions that a bank replayed."""
    if not any(name in VOICE_KINDS for name in table.forecasters):
        return False
    of_voices = [name in VOICE_KINDS for name in table.forecasters]
    pairs = zip(table.columns["question"], table.columns["forecaster"], strict=True)
    return any(of_voices[who] and table.questions[asked].is_retrospective for asked, who in pairs)


def calibration_answer(
    group: str | None,
    table: JudgedTable,
    yes_no: YesNoReport | None,
    pit: PitReport | None,
) -> CalibrationAnswer:
    """Give a report as an answer."""
    return CalibrationAnswer(
        group=group,
        retrospective=is_retrospective(table),
        yes_no=None if yes_no is None else _yes_no(yes_no),
        pit=None
        if pit is None
        else PitCalibrationAnswer(
            n=pit.forecasts,
            questions=pit.questions,
            mean=pit.mean,
            counts=tuple(pit.histogram.counts.tolist()),
            band=(pit.histogram.lower, pit.histogram.upper),
            e_value=None if pit.e_value is None else finite(pit.e_value),
        ),
    )


def none_if_nan(value: float) -> float | None:
    """Give a number, or None where there is none."""
    return None if math.isnan(value) else value


def finite(value: float) -> float:
    """Give a number that JSON can hold."""
    return min(value, 1e308)


def _yes_no(report: YesNoReport) -> YesNoCalibration:
    """Give the report on yes or no as an answer."""
    curve = report.curve
    observed = curve.recalibrated if isinstance(curve, CorpCurve) else curve.mean
    columns = (curve.probability, observed, curve.lower, curve.upper)
    points = zip(*(column.tolist() for column in columns), strict=True)
    return YesNoCalibration(
        n=report.forecasts,
        questions=report.questions,
        brier=report.brier,
        ece=report.ece,
        mcb=report.miscalibration,
        mcb_null_mean=report.null.mean,
        mcb_null_upper=report.null.upper,
        dsc=report.discrimination,
        unc=report.uncertainty,
        spiegelhalter_z=report.z,
        e_value=None if report.e_value is None else finite(report.e_value),
        posterior=None if report.posterior is None else _posterior(report.posterior),
        curve_is="corp" if isinstance(curve, CorpCurve) else "posterior",
        curve=tuple(
            CurvePoint(probability=p, observed=seen, low=low, high=high)
            for p, seen, low, high in points
        ),
    )


def _posterior(posterior: CalibrationPosterior) -> PosteriorAnswer:
    """Give the posterior as an answer."""
    return PosteriorAnswer(a=_interval(posterior.intercept()), b=_interval(posterior.slope()))


def _interval(interval: Interval) -> IntervalAnswer:
    """Give an interval as an answer."""
    return IntervalAnswer(mean=interval.mean, low=interval.low, high=interval.high)
