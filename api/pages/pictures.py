"""The history of one question as a picture, wide and narrow, still or live; kept until it moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.canvas import Look
from api.pages.charts import history_chart
from api.pages.drawing import to_svg
from api.pages.ledgers import EvidenceLine
from api.pages.series import Fan, Moved, draw_history
from api.pages.story import Story
from api.pages.visits import Visit
from api.reasons import has_only_aged
from api.words import in_language, outcome_in_words, percent, unit_of_chart, value
from data.formats.questions import QuestionFormat
from forecasts.times import day_of

#: Width, height and prefix of markers' ids, for a desk and for a hand.
SIZES = ((1000, 340, "m-"), (358, 270, "n-"))
#: A single step is no history.
_LEAST_STEPS = 2
#: What nothing moved needs less height.
_FLATTER = 0.65


@dataclass(frozen=True, slots=True)
class Pictures:
    """One picture in two sizes, and the words under it; `is_marked` where it has records."""

    wide: Markup
    narrow: Markup
    caption: str
    is_marked: bool = True


@dataclass(frozen=True, slots=True)
class OptionBar:
    """The chance of one option."""

    number: int
    title: str
    chance: str
    interval: str
    width: str


def draw_pictures(visit: Visit, story: Story) -> Pictures | None:
    """Draw a history with its evidence; where nothing has moved yet, there is none."""
    moves, language = story.moves, visit.language
    if len(moves) < _LEAST_STEPS:
        return None
    records = {line.id: f"{line.bits} bits: {line.fact_in_short}" for line in story.evidence}

    def draw() -> Pictures:
        fan = _fan(visit, story)
        label, marked = _described(moves, language), records if fan.markers else None
        wide, narrow = (
            to_svg(history_chart(fan, _look(story, size, language)), label, size[2], marked)
            for size in SIZES
        )
        caption = _caption(fan, story.answer.question, language)
        return Pictures(wide, narrow, caption, is_marked=bool(fan.markers))

    return visit.drawings.get(("history", *_key(visit, story)), draw)


def live_history(visit: Visit, story: Story, size: tuple[int, int, str]) -> dict[str, Any] | None:
    """Give a history as a specification that speaks under the pointer."""
    if len(story.moves) < _LEAST_STEPS:
        return None

    def draw() -> dict[str, Any]:
        look = _look(story, size, visit.language)
        told = {line.id: _told(line, visit.language) for line in story.evidence}
        return history_chart(_fan(visit, story), replace(look, told=told))

    return visit.drawings.get(("live history", size, *_key(visit, story)), draw)


def _fan(visit: Visit, story: Story) -> Fan:
    """Give a history as lines, bands and markers."""
    answer = story.answer
    return draw_history(answer.question, story.moves, answer.resolution, visit.as_of.at)


def _key(visit: Visit, story: Story) -> tuple[Any, ...]:
    """Give what a drawing of a history depends on."""
    answer, moves = story.answer, story.moves
    today = day_of(visit.as_of.at)
    return answer.id, moves[-1].step.id, answer.resolution, len(moves), today, visit.language


def _told(line: EvidenceLine, language: str) -> dict[str, str]:
    """Say what a marker is, line by line."""
    return {
        translate("Published", language): line.published,
        translate("Fact", language): line.fact_in_short,
        translate("Bits", language): line.bits,
        translate("Source", language): line.source_title,
        translate("Grade", language): line.grade,
    }


def option_bars(answer: QuestionAnswer, language: str) -> tuple[OptionBar, ...]:
    """Give the options of a multiple-choice question, likeliest first."""
    if answer.forecast is None or answer.forecast.options is None:
        return ()
    titles = {c.id: in_language(c.title, language) for c in answer.question.choices}
    numbered = list(enumerate(answer.forecast.options, 1))
    numbered.sort(key=lambda pair: -pair[1].probability)
    return tuple(
        OptionBar(
            number=number,
            title=titles[option.option],
            chance=percent(option.probability, language),
            interval=f"{percent(option.low, language)} – {percent(option.high, language)}",
            width=f"{100 * option.probability:.1f}%",
        )
        for number, option in numbered
    )


def _look(story: Story, size: tuple[int, int, str], language: str) -> Look:
    """Give a history's size and words."""
    written, outcome = story.answer.question, story.answer.resolution
    is_still = has_only_aged([move.step for move in story.moves])
    return Look(
        width=size[0],
        height=int(size[1] * _FLATTER) if is_still else size[1],
        language=language,
        never=translate("later or never", language),
        outcome=outcome_in_words(outcome, written, language) if outcome else "",
        note=translate("no evidence has moved it yet", language)
        if is_still and not written.choices
        else "",
        options={choice.id: in_language(choice.title, language) for choice in written.choices},
    )


def _described(moves: Sequence[Moved], language: str) -> str:
    """Say what a history shows, for who cannot see it."""
    words = translate(
        "Chart of the forecast from {first} to {last}; every marker links to its record in the "
        "table below"
        if any(move.is_marked for move in moves)
        else "Chart of the forecast from {first} to {last}; no record has moved it yet",
        language,
    )
    first, last = (day_of(moves[place].step.at).isoformat() for place in (0, -1))
    return words.format(first=value(first, language), last=value(last, language))


def _caption(fan: Fan, written: QuestionFormat, language: str) -> str:
    """Say what the line and the bands of a history are."""
    if written.type == "multiple_choice":
        return translate("One line an option.", language)
    if len(fan.bands) == 1:
        return translate("Line: chance of yes. Band: its 90% interval.", language)
    if not fan.bands:
        return translate("Line: chance that it comes by the close.", language)
    words = translate("Line: median. Bands: 50, 80 and 90% intervals.", language)
    return f"{words} {unit_of_chart(written, language)}".strip()
