"""The page of one question: what is forecast, why, and all that stands behind it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.answers import QuestionAnswer
from api.instance import Instance
from api.language import translate
from api.pages.drawing import Drawings
from api.pages.ledgers import EvidenceLine, IndirectLine, evidence_lines, indirect_lines
from api.pages.listing import value_a_week_ago
from api.pages.pictures import OptionBar, Pictures, draw_distribution, draw_pictures, option_bars
from api.pages.series import Moved
from api.pages.sparklines import drawn_value, leading_option
from api.pages.terms import OutcomePart, Terms, outcome_part, terms_of
from api.pages.wording import (
    DIRECTIONS,
    TYPES,
    Headline,
    Wording,
    change_in_words,
    followed,
    headline,
    status_in_words,
    wording,
)
from api.standings import question_answers
from api.words import day_in_words, why_it_moved
from data.facts import read_question
from data.standing import history_steps
from forecasts.times import day_of

#: So many steps of a history are read at most.
_MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class NowPart:
    """The forecast as it stands, or as it stood at the end."""

    headline: Headline
    at: str
    followed: str
    change: str
    why: str
    options: tuple[OptionBar, ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """All that is known of one question."""

    id: str
    title: Wording
    kind: str
    status: str
    is_ended: bool
    now: NowPart | None
    history: Pictures | None
    distribution: Pictures | None
    up: str
    down: str
    bits_note: str
    evidence: tuple[EvidenceLine, ...]
    indirect: tuple[IndirectLine, ...]
    terms: Terms
    outcome: OutcomePart | None


def question_page(
    instance: Instance, drawings: Drawings, question: str, language: str
) -> QuestionPage:
    """Gather the page of one question.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    now = instance.clock_instant()
    with instance.database.read() as connection:
        world, written = read_question(connection, question)
        (answer,) = question_answers(connection, now, question)
        steps = history_steps(connection, question, _MOST_STEPS)
        moves = [Moved(step, json.loads(step.body)) for step in steps]
        evidence = evidence_lines(connection, question, moves, language)
        indirect = indirect_lines(connection, moves, language)
        terms = terms_of(connection, world, written, language)
        current = _now(connection, answer, moves, now, language) if moves else None
    timeline = instance.writer.timelines.get(world)
    up, down = DIRECTIONS[written.type]
    return QuestionPage(
        id=question,
        title=wording(written.title, language),
        kind=translate(TYPES[written.type], language),
        status=status_in_words(answer, language),
        is_ended=answer.resolution is not None,
        now=current,
        history=draw_pictures(drawings, answer, moves, evidence, now, language),
        distribution=draw_distribution(drawings, timeline, answer, moves, language),
        up=translate(up, language),
        down=translate(down, language),
        bits_note=_bits_note(translate(up, language), translate(down, language), language),
        evidence=evidence,
        indirect=indirect,
        terms=terms,
        outcome=outcome_part(answer.resolution, written, language) if answer.resolution else None,
    )


def _now(
    connection: Connection,
    answer: QuestionAnswer,
    moves: Sequence[Moved],
    now: float,
    language: str,
) -> NowPart:
    """Say what the forecast is, how it moved in a week, and why it last moved."""
    written, last = answer.question, moves[-1]
    assert answer.forecast is not None
    option = leading_option(written, last.body)
    change = ""
    if answer.resolution is None:
        before = value_a_week_ago(connection, answer, now, option)
        change = change_in_words(drawn_value(written, last.body, option), before, written, language)
    steps: list[Any] = [move.step for move in moves]
    return NowPart(
        headline=headline(answer.forecast, written, language),
        at=day_in_words(day_of(last.step.at).isoformat(), language),
        followed=followed(written, option, language),
        change=change,
        why=why_it_moved(connection, written, steps, language),
        options=option_bars(answer, language),
    )


def _bits_note(up: str, down: str, language: str) -> str:
    """Say what the bits of a record are."""
    words = translate(
        "Bits are the change of log2 odds that a record brought: + is {up}, − is {down}.", language
    )
    return words.format(up=up, down=down)
