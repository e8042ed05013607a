"""Charts as Vega-Lite: a history with its evidence on the line, and a distribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from api.pages.series import Axis, Fan, Marker
from forecasts.times import day_of, start_of_day

#: Fonts of the reader's system that hold Japanese as well; no web font is loaded.
FONTS = 'system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif'
#: Colours are the style sheet's own, so that one drawing is right in light and dark.
INK, FAINT, GRID, LINE = "var(--ink)", "var(--faint)", "var(--grid)", "var(--line)"
UP, DOWN, PAPER = "var(--up)", "var(--down)", "var(--paper)"
OPTION_COLOURS = tuple(f"var(--option-{number})" for number in range(1, 9))
#: Told apart without colour too.
_DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [12, 4], [1, 3], [6, 2, 1, 2])
#: Area of the smallest and of the largest marker, the latter for 1.5 bits and more.
_SMALLEST, _LARGEST, _LARGEST_BITS = 40.0, 260.0, 1.5
#: So many of the largest markers say their bits beside them.
_LABELLED = 4
_MILLISECONDS = 86_400_000.0


@dataclass(frozen=True, slots=True)
class Look:
    """How wide a chart is, in CSS pixels, and what its words are.

    Attributes:
        options: title of each option, by id.
        records: what each marker says of its record, by id.
        never: the words for "later or never".
        outcome: the words for the outcome; empty where there is none.
        prefix: begins the ids of markers, so that two sizes of a chart can share a page.
    """

    width: int
    height: int
    language: str
    options: Mapping[str, str]
    records: Mapping[str, str]
    never: str
    outcome: str
    prefix: str

    @property
    def is_wide(self) -> bool:
        """Whether words fit beside the lines."""
        return self.width > 500


def history_chart(fan: Fan, look: Look) -> dict[str, Any]:
    """Draw a history: bands, lines, the records on them, and the outcome."""
    import altair as alt  # noqa: PLC0415  # 1.2 s that no other page need pay

    x = alt.X(
        "t:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[_ms(fan.first), _ms(fan.last)], nice=False),
        axis=alt.Axis(
            values=[_ms(day) for day in _day_ticks(fan.first, fan.last, 7 if look.is_wide else 3)],
            format=_day_format(fan.last - fan.first, look.language),
            grid=False,
            labelFlush=True,
        ),
    )
    y = _upright(canvas, fan.axis, look)
    layers = [*_bands(canvas, fan, x, y), *_never_zone(canvas, fan, look, y), _lines(canvas, fan, look, x, y)]
    layers += _outcome(canvas, fan, look, x, y)
    layers += _line_ends(canvas, fan, look, x, y) if look.is_wide and len(fan.lines) > 1 else []
    layers += _markers(canvas, fan, look, x, y)
    return _finish(canvas, alt.layer(*layers), look, beside=bool(len(fan.lines) > 1 and look.is_wide))


def bars_chart(bars: Sequence[tuple[float, float, float]], axis: Axis, look: Look) -> dict[str, Any]:
    """Draw a distribution as bars from `low` to `high` with their probabilities."""
    import altair as alt  # noqa: PLC0415  # as above

    turn = _ms if axis.scale == "day" else float
    rows = [{"a": turn(low), "b": turn(high), "p": chance} for low, high, chance in bars]
    count = 6 if look.is_wide else 3
    if axis.scale == "day":
        ticks = [_ms(day) for day in _day_ticks(axis.low, axis.high, count)]
        form = _day_format(axis.high - axis.low, look.language)
        scale = alt.Scale(type="utc", domain=[_ms(axis.low), _ms(axis.high)], nice=False)
        labels = alt.Axis(values=ticks, format=form, grid=False, labelFlush=True)
    else:
        kind = "log" if axis.scale == "log" else "linear"
        scale = alt.Scale(type=kind, domain=[axis.low, axis.high], nice=False)
        labels = alt.Axis(tickCount=count, format="~g", grid=False, labelFlush=True)
    x = alt.X("a:T" if axis.scale == "day" else "a:Q", title=None, scale=scale, axis=labels)
    y = alt.Y("p:Q", title=None, axis=alt.Axis(format="~%", tickCount=3, domain=False))
    chart = canvas.chart(rows).mark_bar(
        color=LINE, fillOpacity=0.75, stroke=PAPER, strokeWidth=0.5, aria=False
    )
    return _finish(canvas, chart.encode(x=x, x2="b", y=y), look)


def _finish(canvas: Canvas, chart: Any, look: Look, *, beside: bool = False) -> dict[str, Any]:
    """Set size, fonts and colours, and give the specification."""
    right = 150 if beside else 12
    styled = (
        chart.properties(
            width=look.width - right - 8,
            height=look.height,
            padding={"left": 2, "right": right, "top": 12, "bottom": 2},
            background="transparent",
            autosize=alt.AutoSizeParams(type="fit", contains="content"),
        )
        .configure(font=FONTS)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=FAINT,
            labelFontSize=12,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelPadding=6,
            aria=False,
        )
    )
    specification: dict[str, Any] = styled.to_dict(validate=False)
    return specification


def _upright(canvas: Canvas, axis: Axis, look: Look) -> Any:
    """Give the upright encoding: chances, numbers, or days with the soonest on top."""
    if axis.scale == "day":
        assert axis.horizon is not None
        ticks = [_ms(day) for day in _day_ticks(axis.low, axis.horizon, 5)]
        return alt.Y(
            "y:T",
            title=None,
            scale=alt.Scale(
                type="utc", domain=[_ms(axis.low), _ms(axis.high)], reverse=True, nice=False
            ),
            axis=alt.Axis(values=ticks, format=_month_format(look.language), domain=False),
        )
    form = ("~%" if axis.high > 0.02 else ".1~%") if axis.scale == "chance" else "~g"
    kind = "log" if axis.scale == "log" else "linear"
    scale = alt.Scale(type=kind, domain=[axis.low, axis.high], nice=False, zero=False)
    return alt.Y(
        "y:Q", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=5, domain=False)
    )


def _bands(canvas: Canvas, fan: Fan, x: Any, y: Any) -> list[Any]:
    """Draw the bands over each other, so that the inner ones are darker."""
    turn = _turn(fan.axis)
    layers = []
    for band in fan.bands:
        rows = [{"t": _ms(at), "y": turn(low), "z": turn(high)} for at, low, high in band.points]
        mark = canvas.chart(rows).mark_area(
            interpolate="step-after",
            color=LINE,
            fillOpacity=0.2 if len(fan.bands) == 1 else 0.16,
            aria=False,
        )
        layers.append(mark.encode(x=x, y=y, y2="z"))
    return layers


def _never_zone(canvas: Canvas, fan: Fan, look: Look, y: Any) -> list[Any]:
    """Mark off the place of "later or never" below the last day."""
    if fan.axis.horizon is None:
        return []
    row = {"y": _ms(fan.axis.horizon), "words": look.never}
    data = canvas.chart([row])
    rule = data.mark_rule(color=FAINT, strokeDash=[3, 3], aria=False).encode(y=y)
    words = data.mark_text(
        align="left", baseline="top", dx=6, dy=5, fontSize=12, color=FAINT, aria=False
    ).encode(y=y, text="words:N", x=alt.value(0))
    return [rule, words]


def _lines(canvas: Canvas, fan: Fan, look: Look, x: Any, y: Any) -> Any:
    """Draw the lines as steps: a forecast holds until the next."""
    turn = _turn(fan.axis)
    rows = [
        {"t": _ms(at), "y": turn(amount), "o": line.name, "n": number}
        for line in fan.lines
        for number, (at, amount) in enumerate(line.points)
    ]
    mark = canvas.chart(rows).mark_line(
        interpolate="step-after", strokeWidth=2, color=LINE, aria=False
    )
    if len(fan.lines) == 1:
        return mark.encode(x=x, y=y, order="n:Q")
    names = [line.name for line in fan.lines]
    colours = alt.Scale(domain=names, range=_repeated(OPTION_COLOURS, len(names)))
    dashes = alt.Scale(domain=names, range=_repeated(_DASHES, len(names)))
    return mark.encode(
        x=x,
        y=y,
        order="n:Q",
        color=alt.Color("o:N", scale=colours, legend=None),
        strokeDash=alt.StrokeDash("o:N", scale=dashes, legend=None),
    )


def _line_ends(canvas: Canvas, fan: Fan, look: Look, x: Any, y: Any) -> list[Any]:
    """Name every option beside the end of its line, pushed apart where they would touch."""
    gap = (fan.axis.high - fan.axis.low) * 16 / look.height
    ends = sorted((line.points[-1][1], place) for place, line in enumerate(fan.lines))
    rows, floor = [], fan.axis.low
    for amount, place in ends:
        floor = max(amount, floor)
        name = fan.lines[place].name
        colour = OPTION_COLOURS[place % len(OPTION_COLOURS)]
        rows.append({"y": floor, "o": look.options.get(name, name), "c": colour})
        floor += gap
    words = canvas.chart(rows).mark_text(
        align="left", dx=6, fontSize=12, limit=150, aria=False, clip=False
    )
    colour = alt.Color("c:N", scale=None)
    return [words.encode(x=alt.value("width"), y=y, text="o:N", color=colour)]


def _outcome(canvas: Canvas, fan: Fan, look: Look, x: Any, y: Any) -> list[Any]:
    """Show the outcome: a dashed line through a day or number, a ring at yes or no."""
    if fan.outcome is None:
        return []
    row = {"t": _ms(fan.lines[0].points[-1][0]), "y": _turn(fan.axis)(fan.outcome)}
    data = canvas.chart([{**row, "words": look.outcome}])
    words = data.mark_text(
        align="right", dx=-10, dy=-10, fontSize=13, fontWeight="bold", color=INK, aria=False
    ).encode(x=x, y=y, text="words:N")
    if fan.axis.scale != "chance":
        return [data.mark_rule(color=INK, strokeDash=[6, 4], aria=False).encode(y=y), words]
    ring = data.mark_point(size=110, color=INK, strokeWidth=2.5, fill=PAPER, opacity=1, aria=False)
    return [ring.encode(x=x, y=y), words]


def _markers(canvas: Canvas, fan: Fan, look: Look, x: Any, y: Any) -> list[Any]:
    """Draw a triangle for every record: up or down, sized by its bits, a link to its row."""
    by_size = sorted(fan.markers, key=lambda marker: -abs(marker.bits))
    rows = [_marker_row(fan, look, marker) for marker in reversed(by_size)]  # the largest on top
    mark = canvas.chart(rows).mark_point(stroke=PAPER, strokeWidth=1.5, opacity=1)
    triangles = mark.encode(
        x=x,
        y=y,
        href="h:N",
        description="a:N",
        shape=alt.Shape("s:N", scale=None),
        size=alt.Size("z:Q", scale=None),
        fill=alt.Fill("c:N", scale=None),
    )
    if not look.is_wide:
        return [triangles]
    loud = [marker for marker in by_size[:_LABELLED] if abs(marker.bits) >= 0.1]
    sides = [[_marker_row(fan, look, m) for m in loud if (m.bits >= 0) is up] for up in (True, False)]
    return [triangles] + [
        canvas.chart(side)
        .mark_text(align="left", dx=11, dy=dy, fontSize=12, color=INK, aria=False)
        .encode(x=x, y=y, text="b:N")
        for side, dy in zip(sides, (-9, 10), strict=True)
        if side
    ]


def _marker_row(fan: Fan, look: Look, marker: Marker) -> dict[str, Any]:
    """Give a marker's place, shape, size, colour, link and words."""
    share = min(abs(marker.bits) / _LARGEST_BITS, 1.0)
    return {
        "t": _ms(marker.at),
        "y": _turn(fan.axis)(marker.value),
        "h": f"#ev-{marker.record}",
        "a": look.records.get(marker.record, marker.record),
        "b": f"{marker.bits:+.1f}".replace("-", "\N{MINUS SIGN}"),
        "s": "triangle-up" if marker.bits >= 0 else "triangle-down",
        "z": _SMALLEST + share * (_LARGEST - _SMALLEST),
        "c": UP if marker.bits >= 0 else DOWN,
    }


def _turn(axis: Axis) -> Any:
    """Give what turns an axis's values into the chart's."""
    return _ms if axis.scale == "day" else float


def _ms(instant: float) -> float:
    """Give days since 1970 as milliseconds."""
    return round(instant * _MILLISECONDS)


def _day_ticks(first: float, last: float, most: int) -> list[float]:
    """Choose at most so many days: firsts of months, or even days where the span is short."""
    months = _months(day_of(first), day_of(last))
    if len(months) < 3:
        stride = max(int((last - first) / most), 1)
        return [first // 1 + 1 + stride * place for place in range(most)][:most]
    for stride in (1, 2, 3, 6, 12, 24):
        ticks = [month for month in months if (month.month - 1) % stride == 0]
        if len(ticks) <= most:
            break
    return [start_of_day(tick) for tick in ticks]


def _months(first: date, last: date) -> list[date]:
    """Give the first of every month from one day to another."""
    number, months = first.year * 12 + first.month - (first.day == 1), []
    while (month := date(number // 12, number % 12 + 1, 1)) <= last:
        months.append(month)
        number += 1
    return months


def _day_format(days: float, language: str) -> str:
    """Choose how days are written below an axis."""
    if days > 75:
        return _month_format(language)
    return "%-m月%-d日" if language == "ja" else "%b %-d"


def _month_format(language: str) -> str:
    """Write a month with its year."""
    return "%Y年%-m月" if language == "ja" else "%b %Y"


def _repeated(values: Sequence[Any], count: int) -> list[Any]:
    """Give so many values, beginning again where they run out."""
    return [values[place % len(values)] for place in range(count)]


def spoken_day(instant: float, language: str) -> str:
    """Write a day for a reader."""
    return format_date(day_of(instant), "medium", locale=language)
