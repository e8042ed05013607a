"""The chart over time: a history with its evidence on the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.canvas import (
    DOWN,
    FAINT,
    INK,
    LINE,
    OPTION_COLOURS,
    PAPER,
    UP,
    Canvas,
    Look,
    day_ticks,
    days,
    month_format,
    ms,
    number_ticks,
)
from api.pages.hovering import hover_layer, tooltips
from api.pages.series import Axis, Fan, Marker

#: Told apart without colour too.
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [12, 4], [1, 3], [6, 2, 1, 2])
#: Area of the smallest and of the largest marker, the latter for one bit and more.
_SMALLEST, _LARGEST = 45.0, 300.0
#: So many of the largest markers say their bits beside them.
_LABELLED = 4
#: A place of a name, in pixels; from this sign on they take two. Longer names are cut.
_PLACE, _WIDE_FROM, _MOST_ROOM = 6.9, 0x2E7F, 220
#: Least distance of the names of options, in pixels.
_NAME_GAP = 16


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A history that is being drawn, and its two axes."""

    canvas: Canvas
    fan: Fan
    look: Look
    x: Any
    y: Any

    def turn(self, amount: float) -> float:
        """Give a value of the upright axis as the chart takes it."""
        return ms(amount) if self.fan.axis.scale == "day" else float(amount)


def history_chart(fan: Fan, look: Look) -> dict[str, Any]:
    """Draw a history: bands, lines, the records on them, and the outcome."""
    canvas = Canvas()
    x = canvas.days_across("t", fan.first, fan.last, look)
    sheet = _Sheet(canvas, fan, look, x, _upright(canvas, fan.axis, look))
    has_names = look.is_wide and len(fan.lines) > 1
    layers = [*_bands(sheet), *_never_zone(sheet), _lines(sheet), *_outcome(sheet)]
    layers += _line_ends(sheet) if has_names else []
    layers += [hover_layer(canvas, fan, look, x)] if look.told is not None else []
    layers += _markers(sheet) + _note(sheet)
    return canvas.finish(
        canvas.altair.layer(*layers), look, room=_names_room(look) if has_names else 0
    )


def _upright(canvas: Canvas, axis: Axis, look: Look) -> Any:
    """Give the upright encoding: chances, numbers, or days with the soonest on top."""
    alt = canvas.altair
    if axis.scale == "day":
        assert axis.horizon is not None
        ticks = days(day_ticks(axis.low, axis.horizon, 6))
        scale = canvas.day_scale(axis.low, axis.high, reverse=True)
        labels = alt.Axis(values=ticks, format=month_format(look.language), domain=False)
        return alt.Y("y:T", title=None, scale=scale, axis=labels)
    kind = "log" if axis.scale == "log" else "linear"
    scale = alt.Scale(type=kind, domain=[axis.low, axis.high], nice=False, zero=False)
    labels = alt.Axis(**number_ticks(axis.scale, axis.low, axis.high, look), domain=False)
    return alt.Y("y:Q", title=None, scale=scale, axis=labels)


def _bands(sheet: _Sheet) -> list[Any]:
    """Draw the bands over each other, so that the inner ones are darker."""
    layers = []
    for band in sheet.fan.bands:
        rows = [
            {"t": ms(at), "y": sheet.turn(low), "z": sheet.turn(high)}
            for at, low, high in band.points
        ]
        mark = sheet.canvas.chart(rows).mark_area(
            interpolate="step-after",
            color=LINE,
            fillOpacity=0.2 if len(sheet.fan.bands) == 1 else 0.16,
            aria=False,
        )
        layers.append(mark.encode(x=sheet.x, y=sheet.y, y2="z"))
    return layers


def _never_zone(sheet: _Sheet) -> list[Any]:
    """Mark off the place of "later or never" below the last day."""
    if sheet.fan.axis.horizon is None:
        return []
    data = sheet.canvas.chart([{"y": ms(sheet.fan.axis.horizon), "words": sheet.look.never}])
    rule = data.mark_rule(color=FAINT, strokeDash=[3, 3], aria=False).encode(y=sheet.y)
    words = data.mark_text(
        align="left", baseline="top", dx=6, dy=6, fontSize=12, color=FAINT, aria=False
    ).encode(y=sheet.y, text="words:N", x=sheet.canvas.altair.value(0))
    return [rule, words]


def _lines(sheet: _Sheet) -> Any:
    """Draw the lines as steps: a forecast holds until the next."""
    alt, lines = sheet.canvas.altair, sheet.fan.lines
    rows = [
        {"t": ms(at), "y": sheet.turn(amount), "o": line.name, "n": number}
        for line in lines
        for number, (at, amount) in enumerate(line.points)
    ]
    mark = sheet.canvas.chart(rows).mark_line(
        interpolate="step-after", strokeWidth=2, color=LINE, aria=False
    )
    if len(lines) == 1:
        return mark.encode(x=sheet.x, y=sheet.y, order="n:Q")
    names = [line.name for line in lines]
    colours = alt.Scale(domain=names, range=_repeated(OPTION_COLOURS, len(names)))
    dashes = alt.Scale(domain=names, range=_repeated(DASHES, len(names)))
    return mark.encode(
        x=sheet.x,
        y=sheet.y,
        order="n:Q",
        color=alt.Color("o:N", scale=colours, legend=None),
        strokeDash=alt.StrokeDash("o:N", scale=dashes, legend=None),
    )


def _line_ends(sheet: _Sheet) -> list[Any]:
    """Name every option beside the end of its line, pushed apart where they would touch."""
    alt, fan, look = sheet.canvas.altair, sheet.fan, sheet.look
    gap = (fan.axis.high - fan.axis.low) * _NAME_GAP / look.height
    ends = sorted((line.points[-1][1], place) for place, line in enumerate(fan.lines))
    rows, floor = [], fan.axis.low
    for amount, place in ends:
        floor = max(amount, floor)
        name = look.options[fan.lines[place].name]
        colour = OPTION_COLOURS[place % len(OPTION_COLOURS)]
        rows.append({"y": floor, "o": name, "c": colour})
        floor += gap
    words = sheet.canvas.chart(rows).mark_text(
        align="left", dx=6, fontSize=12, limit=_MOST_ROOM - 10, aria=False, clip=False
    )
    colour = alt.Color("c:N", scale=None)
    return [words.encode(x=alt.value("width"), y=sheet.y, text="o:N", color=colour)]


def _outcome(sheet: _Sheet) -> list[Any]:
    """Show the outcome: a dashed line through a day or number, a ring at yes or no."""
    fan = sheet.fan
    if fan.outcome is None:
        return []
    end = fan.lines[0].points[-1][0]
    row = {"t": ms(end), "y": sheet.turn(fan.outcome), "words": sheet.look.outcome}
    data = sheet.canvas.chart([row])
    words = data.mark_text(
        align="right", dx=-12, dy=-10, fontSize=13, fontWeight="bold", color=INK, aria=False
    ).encode(x=sheet.x, y=sheet.y, text="words:N")
    if fan.axis.scale != "chance":
        rule = data.mark_rule(color=INK, strokeDash=[6, 4], aria=False)
        return [rule.encode(y=sheet.y), words]
    ring = data.mark_point(
        size=110, color=INK, strokeWidth=2.5, fill=PAPER, opacity=1, aria=False, clip=False
    )
    return [ring.encode(x=sheet.x, y=sheet.y), words]


def _note(sheet: _Sheet) -> list[Any]:
    """Say on a level line that nothing moved it: where it began, and where it has come to."""
    if not sheet.look.note:
        return []
    (at, amount), (end, _) = sheet.fan.lines[0].points[0], sheet.fan.lines[0].points[-1]
    rows = [{"t": ms(at), "y": sheet.turn(amount)}, {"t": ms(end), "y": sheet.turn(amount)}]
    dots = sheet.canvas.chart(rows).mark_point(
        size=60, filled=True, color=LINE, opacity=1, aria=False, clip=False
    )
    words = sheet.canvas.chart([{**rows[0], "words": sheet.look.note}]).mark_text(
        align="left", dx=8, dy=-12, fontSize=12, color=INK, aria=False
    )
    return [dots.encode(x=sheet.x, y=sheet.y), words.encode(x=sheet.x, y=sheet.y, text="words:N")]


def _markers(sheet: _Sheet) -> list[Any]:
    """Draw a triangle for every record: up or down, sized by its bits, a link to its row."""
    alt, x, y = sheet.canvas.altair, sheet.x, sheet.y
    if not sheet.fan.markers:
        return []
    by_size = sorted(sheet.fan.markers, key=lambda marker: -abs(marker.bits))
    rows = [_marker_row(sheet, marker) for marker in by_size]  # the smallest on top, or it hides
    mark = sheet.canvas.chart(rows).mark_point(stroke=PAPER, strokeWidth=1.5, opacity=1, aria=False)
    told = next(iter((sheet.look.told or {}).values()), {})
    spoken = {"tooltip": tooltips(sheet.canvas, told)} if told else {}
    triangles = mark.encode(
        x=x,
        y=y,
        href="h:N",
        **spoken,
        shape=alt.Shape("s:N", scale=None),
        size=alt.Size("z:Q", scale=None),
        fill=alt.Fill("c:N", scale=None),
    )
    loud = by_size[:_LABELLED] if sheet.look.is_wide else []
    layers = [triangles]
    for dy, is_up in ((-9, True), (10, False)):
        side = [m for m in loud if (m.bits >= 0) is is_up and abs(m.bits) >= 0.1]
        if not side:
            continue  # of a layer without rows browsers say that its extent is infinite
        words = sheet.canvas.chart([_marker_row(sheet, marker) for marker in side]).mark_text(
            align="left", dx=11, dy=dy, fontSize=12, color=INK, aria=False
        )
        layers.append(words.encode(x=x, y=y, text="b:N"))
    return layers


def _marker_row(sheet: _Sheet, marker: Marker) -> dict[str, Any]:
    """Give a marker's place, shape, size, colour, link and words."""
    share = min(abs(marker.bits), 1.0) ** 0.5
    return {
        **((sheet.look.told or {}).get(marker.record, {})),
        "t": ms(marker.at),
        "y": sheet.turn(marker.value),
        "h": f"#ev-{marker.record}",
        "b": f"{marker.bits:+.1f}".replace("-", "\N{MINUS SIGN}"),
        "s": "triangle-up" if marker.bits >= 0 else "triangle-down",
        "z": _SMALLEST + share * (_LARGEST - _SMALLEST),
        "c": UP if marker.bits >= 0 else DOWN,
    }


def _names_room(look: Look) -> int:
    """Give the width of the longest name of an option; a Japanese sign takes two places."""
    places = (sum(2 if ord(sign) > _WIDE_FROM else 1 for sign in n) for n in look.options.values())
    return min(int(max(places) * _PLACE) + 14, _MOST_ROOM)


def _repeated(values: Sequence[Any], count: int) -> list[Any]:
    """Give so many values, beginning again where they run out."""
    return [values[place % len(values)] for place in range(count)]
