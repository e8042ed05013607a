"""What every chart shares: size and words, colours, fonts, datasets, and the ticks of an axis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forecasts.times import day_of, start_of_day

#: Fonts of the reader's system that hold Japanese as well; no web font is loaded.
FONTS = 'system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif'
#: Colours are the style sheet's own, so that one drawing is right in light and dark.
INK, FAINT, GRID, LINE = "var(--ink)", "var(--faint)", "var(--grid)", "var(--line)"
UP, DOWN, PAPER = "var(--up)", "var(--down)", "var(--paper)"
OPTION_COLOURS = tuple(f"var(--option-{number})" for number in range(1, 9))
_MILLISECONDS = 86_400_000.0
#: Below so many days an axis shows days, above it months.
_DAYS_SHOWN = 75.0
#: A scale that ends here or below has ticks between whole percents.
_FINE_CHANCES = 0.02


@dataclass(frozen=True, slots=True)
class Look:
    """How large a chart is, in CSS pixels, and what its words are.

    Attributes:
        options: title of each option, by id.
        told: what a marker says under the pointer, by record; for live charts only.
        never: the words for "later or never".
        outcome: the words for the outcome; empty where there is none.
        note: what stands on a line that nothing moved; empty where something did.
    """

    width: int
    height: int
    language: str
    never: str = ""
    outcome: str = ""
    note: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, str]] | None = None

    @property
    def is_wide(self) -> bool:
        """Whether words fit beside the lines."""
        return self.width > 500


class Canvas:
    """Altair, and the rows of its charts: put in at the end, as it would walk through each."""

    def __init__(self) -> None:
        import altair as alt  # noqa: PLC0415  # 1.2 s that no other page need pay

        self.altair: Any = alt
        self._datasets: dict[str, Any] = {}

    def chart(self, rows: Sequence[dict[str, Any]]) -> Any:
        """Begin a chart of some rows."""
        name = f"rows-{len(self._datasets)}"
        self._datasets[name] = list(rows)
        return self.altair.Chart(self.altair.NamedData(name))

    def finish(self, chart: Any, look: Look, *, room: int = 0) -> dict[str, Any]:
        """Set size, fonts and colours, with room on the right; give the specification."""
        right = max(room, 14)
        padding = {"left": 2, "right": right, "top": 12, "bottom": 2}
        styled = (
            chart.properties(
                width=look.width,
                height=look.height,
                padding=padding,
                background="transparent",
                autosize=self.altair.AutoSizeParams(type="fit", contains="padding"),
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
        return {**styled.to_dict(validate=False), "datasets": self._datasets}

    def day_scale(self, first: float, last: float, *, reverse: bool = False) -> Any:
        """Give a scale of days."""
        ends = {"domainMin": {"expr": _day(first)}, "domainMax": {"expr": _day(last)}}
        turned = {"reverse": True} if reverse else {}
        return self.altair.Scale(type="utc", nice=False, **ends, **turned)

    def days_across(self, name: str, first: float, last: float, look: Look) -> Any:
        """Give a level axis of days."""
        ticks = day_ticks(first, last, 7 if look.is_wide else 3)
        return self.altair.X(
            f"{name}:T",
            title=None,
            scale=self.day_scale(first, last),
            axis=self.altair.Axis(
                values=days(ticks),
                format=_day_format(last - first, look.language),
                grid=False,
                labelFlush=True,
            ),
        )


def ms(instant: float) -> float:
    """Give days since 1970 as milliseconds."""
    return round(instant * _MILLISECONDS)


def days(instants: Sequence[float]) -> dict[str, str]:
    """Give the days of an axis.

    Where a page may not make code of texts, Vega takes the `datetime(ms)` that Vega-Lite writes
    for a plain number as a year.
    """
    return {"expr": f"[{', '.join(map(_day, instants))}]"}


def _day(instant: float) -> str:
    """Give a day as an expression."""
    return f"toDate({ms(instant)})"


def day_ticks(first: float, last: float, most: int) -> list[float]:
    """Choose at most so many ticks: firsts of months, or days where the span is short."""
    months = _months(day_of(first), day_of(last))
    if last - first <= _DAYS_SHOWN:
        stride = max(round((last - first) / most), 1)
        return [first // 1 + stride * place for place in range(most)]
    ticks = months
    for stride in (1, 2, 3, 6, 12, 24):
        ticks = [month for month in months if (month.month - 1) % stride == 0]
        if len(ticks) <= most:
            break
    return [start_of_day(tick) for tick in ticks]


def number_ticks(scale: str, low: float, high: float, look: Look) -> dict[str, Any]:
    """Choose ticks and format of an axis of chances or numbers; a log axis has 1, 2 and 5."""
    if scale == "chance":
        return {"format": "~%" if high > _FINE_CHANCES else ".1~%", "tickCount": 5}
    if scale == "number":
        return {"format": ",~r", "tickCount": 6 if look.is_wide else 4}
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return {"format": ",~r", "values": [tick for tick in ticks if low <= tick <= high]}


def month_format(language: str) -> str:
    """Write a month with its year."""
    return "%Y年%-m月" if language == "ja" else "%b %Y"


def _day_format(days: float, language: str) -> str:
    """Choose how days are written below an axis."""
    if days > _DAYS_SHOWN:
        return month_format(language)
    return "%-m月%-d日" if language == "ja" else "%b %-d"


def _months(first: date, last: date) -> list[date]:
    """Give the first of every month from one day to another."""
    number, months = first.year * 12 + first.month - (first.day == 1), []
    while (month := date(number // 12, number % 12 + 1, 1)) <= last:
        months.append(month)
        number += 1
    return months
