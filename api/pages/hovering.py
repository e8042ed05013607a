"""What a live chart says under the pointer: the day, the forecast, its intervals, and records."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from api.language import translate
from api.pages.canvas import FAINT, Canvas, Look, ms
from api.pages.series import Axis, Fan
from api.words import day_in_words, percent, value
from forecasts.times import day_of

#: The pointer finds one of so many moments across a chart.
_MOMENTS = 200
#: What the bands are, by how many there are.
_BANDS = {0: (), 1: ("90%",), 3: ("90%", "80%", "50%")}


def hover_layer(canvas: Canvas, fan: Fan, look: Look, x: Any) -> Any:
    """Give strips that show where the pointer is, and say what held then."""
    alt = canvas.altair
    near = alt.selection_point(name="near", on="pointerover", clear="pointerout", empty=False)
    rows = _moments(fan, look)
    mark = canvas.chart(rows).mark_rect(color=FAINT, aria=False)
    return mark.encode(
        x=x,
        x2="u",
        opacity=alt.condition(near, alt.value(0.25), alt.value(0)),
        tooltip=tooltips(canvas, rows[0], skip=("t", "u")),
    ).add_params(near)


def tooltips(canvas: Canvas, row: Mapping[str, Any], skip: Sequence[str] = ()) -> list[Any]:
    """Give the fields of a row as lines of a tooltip; their names are words already."""
    names = (name for name in row if name not in skip)
    return [canvas.altair.Tooltip(field=_escaped(n), type="nominal", title=n) for n in names]


def amount_in_words(axis: Axis, amount: float, language: str) -> str:
    """Write where a line is on the upright axis."""
    if axis.scale == "chance":
        return percent(amount, language)
    if axis.scale != "day":
        return value(float(amount), language)
    if axis.horizon is not None and amount > axis.horizon:
        return translate("later or never", language)
    return day_in_words(day_of(amount).isoformat(), language)


def _moments(fan: Fan, look: Look) -> list[dict[str, Any]]:
    """Say what held at evenly spaced moments."""
    language, times = look.language, [at for at, _ in fan.lines[0].points]
    rows, step = [], (times[-1] - times[0]) / _MOMENTS
    for place in range(_MOMENTS):
        at = times[0] + step * place
        held = max(bisect_right(times, at) - 1, 0)
        row = {
            "t": ms(at),
            "u": ms(at + step),
            translate("Day", language): day_in_words(day_of(at).isoformat(), language),
        }
        for line in fan.lines:
            name = look.options.get(line.name) or translate("Forecast", language)
            row[name] = amount_in_words(fan.axis, line.points[held][1], language)
        for level, band in zip(_BANDS[len(fan.bands)], fan.bands, strict=True):
            ends = (amount_in_words(fan.axis, end, language) for end in band.points[held][1:])
            row[translate("{level} interval", language).format(level=level)] = " – ".join(ends)
        rows.append(row)
    return rows


def _escaped(name: str) -> str:
    """Give a name of a field as Vega-Lite takes it: dots and brackets would lead inside."""
    for sign in ("\\", ".", "[", "]", "'"):
        name = name.replace(sign, f"\\{sign}")
    return name
