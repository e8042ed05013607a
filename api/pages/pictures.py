"""The pictures of one question, each in a wide and a narrow drawing; kept until it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.canvas import Look
from api.pages.charts import distribution_chart, history_chart
from api.pages.drawing import Drawings, to_svg
from api.pages.ledgers import EvidenceLine
from api.pages.series import Fan, Moved, draw_history
from api.words import in_language, outcome_in_words, percent, value
from data.formats.questions import QuestionFormat
from forecasts.outcomes import OutcomeSpace
from forecasts.timeline import Timeline
from forecasts.times import day_of, start_of_day

#: Width, height and prefix of markers' ids, for a desk and for a hand.
_SIZES = ((1000, 340, "m-"), (358, 270, "n-"))
#: The distribution is drawn flatter.
_FLATTER = 0.5
#: A number's 200 cells are drawn as so many bars; its days as months.
_BARS = 50
_LONG_SPAN_DAYS = 120.0
#: Days that have passed are left out.
_IMPOSSIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Pictures:
    """One picture in two sizes, and the words under it."""

    wide: Markup
    narrow: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class OptionBar:
    """The chance of one option."""

    number: int
    title: str
    chance: str
    interval: str
    width: str


def draw_pictures(
    drawings: Drawings,
    answer: QuestionAnswer,
    moves: Sequence[Moved],
    evidence: Sequence[EvidenceLine],
    now: float,
    language: str,
) -> Pictures | None:
    """Draw a history with its evidence; where nothing has moved yet, there is none."""
    if len(moves) < 2:
        return None
    written, outcome = answer.question, answer.resolution
    records = {line.id: f"{line.bits} bits: {line.fact.text}" for line in evidence}

    def draw() -> Pictures:
        fan = draw_history(written, moves, outcome, now)
        words = outcome_in_words(outcome, written, language) if outcome else ""
        drawn = [
            to_svg(
                history_chart(fan, _look(written, size, language, words)),
                _described(moves, language),
                size[2],
                records,
            )
            for size in _SIZES
        ]
        return Pictures(drawn[0], drawn[1], _caption(fan, written, language))

    newest = moves[-1].step.id
    key = ("history", answer.id, newest, outcome, len(moves), day_of(now), language)
    return drawings.get(key, draw)


def draw_distribution(
    drawings: Drawings,
    timeline: Timeline | None,
    answer: QuestionAnswer,
    moves: Sequence[Moved],
    language: str,
) -> Pictures | None:
    """Draw what an open question's day or number may be; other types have none."""
    is_standing = timeline is not None and answer.id in timeline.standing
    if answer.question.type not in ("date", "numeric") or answer.resolution or not is_standing:
        return None
    assert timeline is not None
    space = timeline.world.curves[timeline.world.questions[answer.id].curve].curve.space
    cells = timeline.standing[answer.id].cells

    def draw() -> Pictures:
        bars = _day_bars(space, cells) if space.kind == "date" else _number_bars(space, cells)
        scale = "day" if space.kind == "date" else "log" if space.log_axis else "number"
        label = translate("Chart: how likely each outcome is now", language)
        drawn = [
            to_svg(distribution_chart(bars, scale, _flat_look(size, language)), label)
            for size in _SIZES
        ]
        return Pictures(drawn[0], drawn[1], _tails(answer, space, language))

    return drawings.get(("distribution", answer.id, moves[-1].step.id, language), draw)


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


def _look(written: QuestionFormat, size: tuple[int, int, str], language: str, outcome: str) -> Look:
    """Give a history's size and words."""
    return Look(
        width=size[0],
        height=size[1],
        language=language,
        never=translate("later or never", language),
        outcome=outcome,
        options={choice.id: in_language(choice.title, language) for choice in written.choices},
    )


def _flat_look(size: tuple[int, int, str], language: str) -> Look:
    """Give a distribution's size."""
    return Look(size[0], int(size[1] * _FLATTER), language)


def _described(moves: Sequence[Moved], language: str) -> str:
    """Say what a history shows, for who cannot see it."""
    words = translate(
        "Chart of the forecast from {first} to {last}; every marker links to its record in the "
        "table below",
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
    return translate("Line: median. Bands: 50, 80 and 90% intervals.", language)


def _number_bars(space: OutcomeSpace, cells: Any) -> list[tuple[float, float, float]]:
    """Give the inner cells of a number as bars of equal width on its axis."""
    share = (len(space.edges) - 1) // _BARS
    chances = cells[1:-1].reshape(_BARS, share).sum(axis=1)
    edges = space.edges[::share]
    return [
        (float(low), float(high), float(chance))
        for low, high, chance in zip(edges[:-1], edges[1:], chances, strict=True)
    ]


def _day_bars(space: OutcomeSpace, cells: Any) -> list[tuple[float, float, float]]:
    """Give the cells of a date as bars: one a month, or a week where the span is short."""
    days = zip(space.edges[:-1], cells[:-1], strict=True)
    possible = [(start, chance) for start, chance in days if chance > _IMPOSSIBLE]
    is_long = not possible or space.edges[-1] - possible[0][0] > _LONG_SPAN_DAYS
    sums: dict[float, float] = {}
    for start, chance in possible:
        begins = start_of_day(day_of(start).replace(day=1)) if is_long else start // 7 * 7
        sums[begins] = sums.get(begins, 0.0) + float(chance)
    return [(begins, _next_bar(begins, is_long=is_long), sums[begins]) for begins in sums]


def _next_bar(begins: float, *, is_long: bool) -> float:
    """Give where the bar after one begins."""
    if not is_long:
        return begins + 7
    month = day_of(begins)
    return start_of_day(date(month.year + month.month // 12, month.month % 12 + 1, 1))


def _tails(answer: QuestionAnswer, space: OutcomeSpace, language: str) -> str:
    """Say how much lies outside of what is drawn."""
    assert answer.forecast is not None and answer.forecast.outside is not None
    outside = answer.forecast.outside
    if space.kind == "date":
        words = translate("Not drawn: {chance} later than {close}, or never.", language)
        close = value(answer.question.closes.isoformat(), language)
        return words.format(chance=percent(outside[-1], language), close=close)
    words = translate("Not drawn: {below} below {low}, {above} above {high}.", language)
    facts: Mapping[str, str] = {
        "below": percent(outside[0], language),
        "low": value(float(space.edges[0]), language),
        "above": percent(outside[-1], language),
        "high": value(float(space.edges[-1]), language),
    }
    return words.format(**facts)
