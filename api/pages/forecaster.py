"""The page of one forecaster: the record in words, calibration, calls, credit, what stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.board_answers import ForecasterStanding
from api.forecaster_answers import ForecasterAnswer, SkillAnswer
from api.instance import Instance
from api.judgements import Judged
from api.language import translate
from api.pages.board_columns import signed
from api.pages.credit_lines import CreditSum, credit_sum
from api.pages.drawing import Drawings
from api.pages.forecaster_calibration import CalibrationPart, calibration_part
from api.pages.forecaster_scores import Scores, scores_of
from api.pages.names import Named, forecaster_names
from api.pages.standing_forecasts import StandingLine, standing_lines
from api.words import percent


@dataclass(frozen=True, slots=True)
class ForecasterPage:
    """All that is known of one forecaster.

    Attributes:
        sentences: the record in words.
        calibration, scores: None where there is no outcome yet.
        credit: of records of evidence; None where there are none, or it is still being computed.
        is_waiting: something is still being computed.
        is_retrospective: some scores rest on evidence that was collected with hindsight.
    """

    id: str
    name: Named
    about: str
    since: datetime | None
    sentences: tuple[str, ...]
    calibration: CalibrationPart | None
    scores: Scores | None
    credit: CreditSum | None
    standing: tuple[StandingLine, ...]
    is_waiting: bool
    is_retrospective: bool


@dataclass(frozen=True, slots=True)
class ForecasterFacts:
    """What the page is made of.

    Attributes:
        place: on the board of all; None where he is not on it.
        judged: scores; None where they are still being computed.
        credits: of all questions; None likewise.
        reader: who looks; None for a stranger.
    """

    answer: ForecasterAnswer
    place: ForecasterStanding | None
    ranked: int
    judged: Judged | None
    credits: list[dict[str, Any]] | None
    reader: str | None


def forecaster_page(
    instance: Instance, drawings: Drawings, facts: ForecasterFacts, language: str
) -> ForecasterPage:
    """Gather the page of one forecaster."""
    answer, judged = facts.answer, facts.judged
    table = judged.table.select(forecaster=answer.id) if judged else None
    has_scores = table is not None and len(table) > 0
    with instance.database.read() as connection:
        now = instance.clock_instant()
        name = forecaster_names(connection, [answer.id], language)[answer.id]
        credit = _credit(connection, facts, language)
        return ForecasterPage(
            id=answer.id,
            name=name,
            about=answer.about or "",
            since=datetime.fromisoformat(answer.since) if answer.since else None,
            sentences=record_in_words(facts, language),
            calibration=calibration_part(table, (answer.id, *judged.key), drawings, language)
            if has_scores and table is not None and judged is not None
            else None,
            scores=scores_of(connection, table, language) if has_scores and table else None,
            credit=credit,
            standing=standing_lines(connection, answer.id, facts.reader, now, language),
            is_waiting=judged is None or (facts.credits is None and answer.evidence > 0),
            is_retrospective=has_scores
            and table is not None
            and any(table.questions[asked].is_retrospective for asked in table.columns["question"])
            and answer.since is None,
        )


def record_in_words(facts: ForecasterFacts, language: str) -> tuple[str, ...]:
    """Say what somebody has done, how good it was, and how sure that is."""
    answer, place = facts.answer, facts.place
    done = [_submitted(answer, language)] if answer.forecasts or answer.evidence else []
    if answer.skill is None:
        words = "Skill cannot be told yet: no outcome on which others stood at the same time."
        return (*done, translate(words, language))
    placed = []
    if place is not None and place.rank is not None:
        placed = [_placed(place, facts.ranked, language)]
    return (_skilled(answer.skill, language), *placed, *done)


def _submitted(answer: ForecasterAnswer, language: str) -> str:
    """Say what somebody has submitted."""
    words = translate(
        "{forecasts} forecasts on {questions} questions; {evidence} records of evidence. "
        "{resolved} of the questions have an outcome.",
        language,
    )
    return words.format(
        forecasts=answer.forecasts,
        questions=answer.questions,
        evidence=answer.evidence,
        resolved=answer.resolved,
    )


def _skilled(skill: SkillAnswer, language: str) -> str:
    """Say how far ahead of the others somebody is, and whether that can be told."""
    if skill.low > 0:
        verdict = translate("Better than the others, with 95% certainty.", language)
    elif skill.high < 0:
        verdict = translate("Worse than the others, with 95% certainty.", language)
    else:
        verdict = translate("Whether better or worse than the others cannot be told yet.", language)
    words = translate(
        "{bits} bits a question beside the others (90% interval: {low} to {high}). {verdict}",
        language,
    )
    return words.format(
        bits=signed(skill.bits), low=signed(skill.low), high=signed(skill.high), verdict=verdict
    )


def _placed(place: ForecasterStanding, count: int, language: str) -> str:
    """Say where somebody stands among so many, and how sure that is."""
    words = translate(
        "Place {rank} of {count}; with 90% certainty between {low} and {high}. Chance of being "
        "the best: {chance}.",
        language,
    )
    return words.format(
        rank=place.rank,
        count=count,
        low=place.rank_low,
        high=place.rank_high,
        chance=percent(place.chance_of_top or 0.0, language),
    )


def _credit(connection: Connection, facts: ForecasterFacts, language: str) -> CreditSum | None:
    """Give the credit of his records."""
    if facts.credits is None or not facts.answer.evidence:
        return None
    return credit_sum(connection, facts.credits, "submitter", facts.answer.id, language)
