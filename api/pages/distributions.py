"""What a day or number may be: its density as bars, and the chance that it is at most so much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.canvas import LINE, PAPER, Canvas, Look, ms, number_ticks
from api.pages.drawing import to_svg
from api.pages.hovering import tooltips
from api.pages.pictures import SIZES, Pictures
from api.pages.story import Story
from api.pages.visits import Visit
from api.words import day_in_words, percent, unit_of_chart, value
from forecasts.outcomes import Floats, OutcomeSpace
from forecasts.times import day_of, start_of_day

Kind = Literal["density", "cumulative"]
Bar = tuple[float, float, float]
#: A distribution is drawn flatter than a history.
_FLATTER = 0.5
#: A number's 200 cells are drawn as so many bars; its days as months.
_BARS = 50
_LONG_SPAN_DAYS = 120.0
#: Days that have passed are left out.
_IMPOSSIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Spread:
    """What is drawn: bars (low, high, chance), and what lies below the first of them."""

    bars: Sequence[Bar]
    below: float
    scale: Literal["day", "log", "number"]
    caption: str


def draw_distribution(visit: Visit, story: Story, kind: Kind) -> Pictures | None:
    """Draw what an open question's day or number may be; other types have none."""
    if not _is_drawn(story):
        return None

    def draw() -> Pictures:
        spread, label = _spread(story, visit.language), _label(kind, visit.language)
        drawn = [to_svg(_chart(spread, kind, _look(size, visit)), label) for size in SIZES]
        return Pictures(drawn[0], drawn[1], spread.caption)

    return visit.drawings.get((kind, *_key(story, visit)), draw)


def live_distribution(
    visit: Visit, story: Story, kind: Kind, size: tuple[int, int, str]
) -> dict[str, Any] | None:
    """Give a distribution as a specification that speaks under the pointer."""
    if not _is_drawn(story):
        return None

    def draw() -> dict[str, Any]:
        look = _look(size, visit, is_live=True)
        return _chart(_spread(story, visit.language), kind, look)

    return visit.drawings.get(("live", kind, size, *_key(story, visit)), draw)


def _is_drawn(story: Story) -> bool:
    """Tell whether a question has a distribution of a day or number that stands."""
    answer, timeline = story.answer, story.timeline
    if answer.question.type not in ("date", "numeric") or answer.resolution or not story.moves:
        return False
    return timeline is not None and answer.id in timeline.standing


def _key(story: Story, visit: Visit) -> tuple[Any, ...]:
    """Give what a drawing depends on."""
    return story.answer.id, story.moves[-1].step.id, visit.language


def _spread(story: Story, language: str) -> Spread:
    """Give the cells of the forecast that stands as bars."""
    timeline, answer = story.timeline, story.answer
    assert timeline is not None
    space = timeline.world.curves[timeline.world.questions[answer.id].curve].curve.space
    cells = timeline.standing[answer.id].cells
    unit = unit_of_chart(answer.question, language)
    caption = f"{unit} {_tails(answer, space, language)}".strip()
    if space.kind == "date":
        return Spread(_day_bars(space, cells), 0.0, "day", caption)
    scale: Literal["log", "number"] = "log" if space.log_axis else "number"
    return Spread(_number_bars(space, cells), float(cells[0]), scale, caption)


def _chart(spread: Spread, kind: Kind, look: Look) -> dict[str, Any]:
    """Draw a distribution: bars, or a rising line."""
    canvas, rows = Canvas(), _rows(spread, look.language)
    alt, shown = canvas.altair, rows if kind == "density" else _risen(rows)
    x = _across(canvas, spread, look)
    top = alt.Undefined if kind == "density" else alt.Scale(domain=[0, 1])
    labels = alt.Axis(format="~%", tickCount=3, domain=False)
    y = alt.Y("p:Q" if kind == "density" else "c:Q", title=None, axis=labels, scale=top)
    data = canvas.chart(shown)
    if kind == "density":
        mark = data.mark_bar(
            color=LINE, fillOpacity=0.75, stroke=PAPER, strokeWidth=0.5, aria=False
        )
        chart = mark.encode(x=x, x2="b", y=y, y2=alt.Y2Datum(0))
    else:
        chart = data.mark_line(color=LINE, strokeWidth=2, aria=False).encode(x=x, y=y)
    if look.told is not None:
        unseen = canvas.chart(rows).mark_rect(opacity=0, aria=False)
        told = tooltips(canvas, rows[0], skip=("a", "b", "p", "c"))
        whole = {"y": alt.value(0), "y2": alt.value("height")}
        chart = alt.layer(chart, unseen.encode(x=x, x2="b", tooltip=told, **whole))
    return canvas.finish(chart, look)


def _across(canvas: Canvas, spread: Spread, look: Look) -> Any:
    """Give the level axis, of days or numbers."""
    low, high, alt = spread.bars[0][0], spread.bars[-1][1], canvas.altair
    if spread.scale == "day":
        return canvas.days_across("a", low, high, look)
    kind = "log" if spread.scale == "log" else "linear"
    return alt.X(
        "a:Q",
        title=None,
        scale=alt.Scale(type=kind, domain=[low, high], nice=False),
        axis=alt.Axis(**number_ticks(spread.scale, low, high, look), grid=False),
    )


def _rows(spread: Spread, language: str) -> list[dict[str, Any]]:
    """Give bars as rows, with what each says under the pointer."""
    rows, sums = [], np.cumsum([spread.below, *(chance for _, _, chance in spread.bars)])
    is_day = spread.scale == "day"
    for (low, high, chance), before, by_then in zip(spread.bars, sums, sums[1:], strict=False):
        ends = _ends(low, high, is_day=is_day, language=language)
        last = translate("By then" if is_day else "Up to there", language)
        rows.append(
            {
                "a": ms(low) if is_day else low,
                "b": ms(high) if is_day else high,
                "p": chance,
                "c": float(before),
                translate("Between", language): " – ".join(ends),
                translate("Chance", language): percent(chance, language),
                last: percent(float(by_then), language),
            }
        )
    return rows


def _ends(low: float, high: float, *, is_day: bool, language: str) -> tuple[str, str]:
    """Write where a bar begins and ends: of days, its first and last."""
    if not is_day:
        return value(low, language), value(high, language)
    days = (day_of(low), day_of(high - 1))
    first, last = (day_in_words(day.isoformat(), language) for day in days)
    return first, last


def _risen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the points of a rising line: the beginning of each bar, and the end of the last."""
    last = rows[-1]
    return [*rows, {**last, "a": last["b"], "c": last["c"] + last["p"]}]


def _look(size: tuple[int, int, str], visit: Visit, *, is_live: bool = False) -> Look:
    """Give a distribution's size."""
    told: Mapping[str, Mapping[str, str]] | None = {} if is_live else None
    return Look(size[0], int(size[1] * _FLATTER), visit.language, told=told)


def _label(kind: Kind, language: str) -> str:
    """Say what is drawn, for who cannot see it."""
    if kind == "density":
        return translate("Chart: how likely each outcome is now", language)
    return translate("Chart: how likely it is to be at most so much, or by then", language)


def _number_bars(space: OutcomeSpace, cells: Floats) -> list[Bar]:
    """Give the inner cells of a number as bars of equal width on its axis."""
    share = (len(space.edges) - 1) // _BARS
    chances = cells[1:-1].reshape(_BARS, share).sum(axis=1)
    edges = space.edges[::share]
    return [
        (float(low), float(high), float(chance))
        for low, high, chance in zip(edges[:-1], edges[1:], chances, strict=True)
    ]


def _day_bars(space: OutcomeSpace, cells: Floats) -> list[Bar]:
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
