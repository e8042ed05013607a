"""The page of one question: what is forecast, why, and all that stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.language import translate
from api.pages.distributions import draw_distribution
from api.pages.divergences import MarketsPart, markets_part
from api.pages.forecasters_of import StandingPart, standing_part
from api.pages.ledgers import EvidenceLine, IndirectLine, indirect_lines
from api.pages.listing import value_a_week_ago
from api.pages.movement_sums import MovementSum, movement_sum
from api.pages.pictures import OptionBar, Pictures, draw_pictures, option_bars
from api.pages.previews import Moves, moves_of
from api.pages.question_forms import Forms, Sent, forms_of
from api.pages.sparklines import drawn_value, leading_option
from api.pages.story import Story, read_story
from api.pages.terms import OutcomePart, Terms, outcome_part, terms_of
from api.pages.trails import Trail, trail_of
from api.pages.visits import Visit, chart_suffix
from api.pages.voices import VoicesPart, voices_of
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
from api.reasons import why_it_moved
from api.submissions import moved_by
from api.words import day_in_words
from api.workflows.recording import Recorded
from forecasts.errors import UnknownEvidence
from forecasts.times import day_of, moment_of

#: More records than this are folded, but for so many of the newest.
_MOST_SHOWN, _FEWER = 8, 5


@dataclass(frozen=True, slots=True)
class NowPart:
    """The forecast as it stands, or as it stood at the end.

    Attributes:
        change: of a week, or since it opened where `is_new`; empty where there is nothing to tell.
    """

    headline: Headline
    at: str
    followed: str
    change: str
    is_new: bool
    why: str
    options: tuple[OptionBar, ...]


@dataclass(frozen=True, slots=True)
class PastPart:
    """The past moment that a page shows."""

    at: datetime
    day: str


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """All that is known of one question.

    Attributes:
        first_day, last_day: between which one may look back.
        suffix: what addresses of charts end in, so that they are in this language, of this moment.
    """

    id: str
    title: Wording
    kind: str
    status: str
    is_ended: bool
    is_date: bool
    is_retrospective: bool
    past: PastPart | None
    first_day: str
    last_day: str
    suffix: str
    now: NowPart | None
    history: Pictures | None
    density: Pictures | None
    cumulative: Pictures | None
    up: str
    down: str
    bits_note: str
    evidence: tuple[EvidenceLine, ...]
    indirect: tuple[IndirectLine, ...]
    summed: MovementSum | None
    terms: Terms
    outcome: OutcomePart | None
    forms: Forms | None
    moved: Moves | None
    voices: VoicesPart | None
    markets: MarketsPart | None
    standing: StandingPart
    trail: Trail

    @property
    def newest(self) -> tuple[EvidenceLine, ...]:
        """The records that are shown at once."""
        return self.evidence if len(self.evidence) <= _MOST_SHOWN else self.evidence[:_FEWER]

    @property
    def older(self) -> tuple[EvidenceLine, ...]:
        """The records that are folded, for they would make a page of a phone very long."""
        return self.evidence[len(self.newest) :]


def question_page(
    visit: Visit, question: str, sent: Sent | None = None, stored: str | None = None
) -> QuestionPage:
    """Gather the page of one question.

    Args:
        sent: what came of a form that was sent from it.
        stored: id of a record that was just submitted, to say what it moved.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    language = visit.language
    with visit.instance.database.read() as connection:
        story = read_story(connection, visit, question)
        indirect = indirect_lines(connection, story.moves, language)
        terms = terms_of(connection, story.world, story.answer.question, language)
        current = _now(connection, visit, story) if story.moves else None
        forms = forms_of(connection, visit, story, sent or Sent())
        moved = _moved(connection, visit, question, stored) if stored else None
        voices = voices_of(connection, visit, story)
        markets = markets_part(connection, question, visit.as_of.at, language)
        standing = standing_part(connection, visit, story.answer.question)
        trail = trail_of(connection, visit, story)
    answer, written = story.answer, story.answer.question
    up, down = (translate(way, language) for way in DIRECTIONS[written.type])
    return QuestionPage(
        id=question,
        title=wording(written.title, language),
        kind=translate(TYPES[written.type], language),
        status=status_in_words(answer, language),
        is_ended=answer.resolution is not None,
        is_date=written.type == "date",
        is_retrospective=story.is_retrospective,
        past=_past(visit),
        first_day=written.opens.isoformat(),
        last_day=day_of(visit.instance.clock_instant()).isoformat(),
        suffix=chart_suffix(visit.as_of, language),
        now=current,
        history=draw_pictures(visit, story),
        density=draw_distribution(visit, story, "density"),
        cumulative=draw_distribution(visit, story, "cumulative"),
        up=up,
        down=down,
        bits_note=_bits_note(up, down, language),
        evidence=story.evidence,
        indirect=indirect,
        summed=movement_sum(story.moves, written, language),
        terms=terms,
        outcome=outcome_part(answer.resolution, written, language) if answer.resolution else None,
        forms=forms,
        moved=moved,
        voices=voices,
        markets=markets,
        standing=standing,
        trail=trail,
    )


def _moved(connection: Connection, visit: Visit, question: str, stored: str) -> Moves | None:
    """Say what a record moved; None where there is none of this id."""
    try:
        recorded = Recorded(stored, repeated=False)
        moved = moved_by(connection, recorded, at=visit.as_of.until)
    except UnknownEvidence:
        return None
    return moves_of(connection, moved, question, visit.language, is_tried=False)


def _past(visit: Visit) -> PastPart | None:
    """Say which past moment is shown."""
    if not visit.as_of.is_past:
        return None
    at = moment_of(visit.as_of.at)
    return PastPart(at, at.date().isoformat())


def _now(connection: Connection, visit: Visit, story: Story) -> NowPart:
    """Say what the forecast is, how it moved in a week, and why it last moved."""
    answer, language = story.answer, visit.language
    written, last = answer.question, story.moves[-1]
    assert answer.forecast is not None
    option = leading_option(written, last.body)
    change, is_new = "", False
    if answer.resolution is None:
        before, is_new = value_a_week_ago(connection, answer, visit.as_of.at, option)
        current = drawn_value(written, last.body, option)
        change = change_in_words(current, before, written, language, is_new=is_new)
    steps: Sequence[Any] = [move.step for move in story.moves]
    return NowPart(
        headline=headline(answer.forecast, written, language),
        at=day_in_words(day_of(last.step.at).isoformat(), language),
        followed=followed(written, option, language),
        change=change,
        is_new=is_new,
        why=why_it_moved(connection, written, steps, language),
        options=option_bars(answer, language),
    )


def _bits_note(up: str, down: str, language: str) -> str:
    """Say what the bits of a record are."""
    words = translate(
        "Bits are the change of log2 odds that a record brought: + is {up}, − is {down}.", language
    )
    return words.format(up=up, down=down)
