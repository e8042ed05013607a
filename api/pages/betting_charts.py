"""Charts of bets against forecasts: the money over time, and what is known of how they are off."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from api.language import translate
from api.pages.canvas import DOWN, FAINT, INK, LINE, PAPER, Canvas, Look, ms
from api.words import day_in_words
from forecasts.betting import REJECT_AT, CalibrationPosterior
from forecasts.outcomes import Floats
from forecasts.times import day_of

#: The scale of money reaches at least from here to there; beyond the end it is drawn at the end.
_LEAST, _MOST, _END = 0.1, 60.0, 1e6
#: Shares of the posterior that lie in the darker and in the lighter area.
_INNER, _OUTER = 0.5, 0.9
_DAYS_AROUND = 10.0


def money_chart(known: Floats, bits: Floats, look: Look) -> dict[str, Any]:
    """Draw the money of the bet over time, with the line at which calibration is rejected.

    Args:
        known: when each outcome could be known, ascending, shape (n,), n at least 1.
        bits: log2 of the money after it, shape (n,).
        look: size and language.
    """
    canvas = Canvas()
    alt = canvas.altair
    money = np.clip(np.exp2(np.clip(bits, -300.0, 300.0)), 1e-6, _END)
    first, last = float(known[0]) - _DAYS_AROUND, float(known[-1]) + _DAYS_AROUND
    x = canvas.days_across("t", first, last, look)
    low, high = min(_LEAST, 0.8 * money.min()), max(_MOST, 1.5 * money.max())
    ticks = [tick for tick in (0.001, 0.01, 0.1, 1, 10, 100, 1e4, 1e6) if low <= tick <= high]
    y = alt.Y(
        "m:Q",
        title=translate("Money, from 1 at the start", look.language),
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(
            values=ticks, format=",~r", domain=False, titleColor=FAINT, titleFontWeight=400
        ),
    )
    start = {"t": ms(first), "m": 1.0, "words": ""}
    rows = [start, *_money_rows(known, money, look.language)]
    line = canvas.chart(rows).mark_line(
        interpolate="step-after", color=LINE, strokeWidth=2, aria=False
    )
    dots = canvas.chart(rows[1:]).mark_point(
        fill=LINE, stroke=PAPER, strokeWidth=1, size=60, opacity=1
    )
    layers = [
        *_rule(canvas, 1.0, "", FAINT, x, y, ms(first)),
        *_rule(
            canvas,
            REJECT_AT,
            translate("20: calibration is rejected", look.language),
            DOWN,
            x,
            y,
            ms(first),
        ),
        line.encode(x=x, y=y),
        dots.encode(x=x, y=y, tooltip="words:N", description="words:N"),
    ]
    return canvas.finish(alt.layer(*layers), look)


def posterior_chart(posterior: CalibrationPosterior, look: Look) -> dict[str, Any]:
    """Draw what is known of (a, b): the area that holds 50%, and the one that holds 90%.

    Args:
        posterior: of leaning a and slope b, on its grid.
        look: size and language.
    """
    canvas = Canvas()
    alt = canvas.altair
    rows = _areas(posterior)
    reach = max(0.5, *(max(abs(row["a"]), abs(row["e"])) for row in rows))
    slopes = [end for row in rows for end in (row["b"], row["f"])]
    quiet = {"titleColor": FAINT, "titleFontWeight": 400, "grid": False}
    x = alt.X(
        "a:Q",
        title=translate("Leaning a: too high ← 0 → too low", look.language),
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(format="+~r", tickCount=5, **quiet),
    )
    y = alt.Y(
        "b:Q",
        title=translate("Slope b: below 1 overconfident", look.language),
        scale=alt.Scale(type="log", domain=[min(0.4, *slopes), max(2.5, *slopes)], nice=False),
        axis=alt.Axis(values=[0.25, 0.5, 1, 2, 4], format="~r", domain=False, **quiet),
    )
    areas = canvas.chart(rows).mark_rect(color=LINE, aria=False)
    shade = alt.Opacity("o:Q", scale=None)
    sure = [{"a": 0.0, "b": 1.0, "words": translate("calibrated", look.language)}]
    cross = canvas.chart(sure)
    point = cross.mark_point(shape="cross", size=170, color=INK, fill=INK, opacity=1, aria=False)
    words = cross.mark_text(align="left", dx=12, dy=-10, fontSize=13, color=INK, aria=False)
    lines = [
        cross.mark_rule(color=FAINT, strokeDash=[4, 4], aria=False).encode(x=x),
        cross.mark_rule(color=FAINT, strokeDash=[4, 4], aria=False).encode(y=y),
    ]
    layers = [
        areas.encode(x=x, x2="e", y=y, y2="f", opacity=shade),
        *lines,
        point.encode(x=x, y=y),
        words.encode(x=x, y=y, text="words:N"),
    ]
    return canvas.finish(alt.layer(*layers), look)


def _money_rows(known: Floats, money: Floats, language: str) -> list[dict[str, Any]]:
    """Give the money after each outcome."""
    words = translate("{day}: {money} of 1", language)
    return [
        {
            "t": ms(float(at)),
            "m": float(amount),
            "words": words.format(
                day=day_in_words(day_of(float(at)).isoformat(), language), money=f"{amount:.3g}"
            ),
        }
        for at, amount in zip(known, money, strict=True)
    ]


def _rule(
    canvas: Canvas, at: float, words: str, color: str, x: Any, y: Any, left: float
) -> Sequence[Any]:
    """Draw a level line with its words."""
    data = canvas.chart([{"t": left, "m": at, "words": words}])
    rule = data.mark_rule(color=color, strokeDash=[5, 4], aria=False).encode(y=y)
    if not words:
        return [rule]
    text = data.mark_text(
        align="left", baseline="bottom", dx=6, dy=-4, fontSize=12, color=color, aria=False
    )
    return [rule, text.encode(x=x, y=y, text="words:N")]


def _areas(posterior: CalibrationPosterior) -> list[dict[str, float]]:
    """Give the cells of the grid that hold 90% of the posterior, the inner 50% darker."""
    order = np.argsort(-posterior.weights, kind="stable")
    reached = np.cumsum(posterior.weights[order]) - posterior.weights[order]
    step = float(np.diff(np.unique(posterior.intercepts.round(9)))[0]) / 2
    ratio = float(np.exp(np.diff(np.log(np.unique(posterior.slopes.round(9))))[0] / 2))
    return [
        {
            "a": float(posterior.intercepts[place]) - step,
            "e": float(posterior.intercepts[place]) + step,
            "b": float(posterior.slopes[place]) / ratio,
            "f": float(posterior.slopes[place]) * ratio,
            "o": 0.55 if before < _INNER else 0.22,
        }
        for place, before in zip(order, reached, strict=True)
        if before < _OUTER
    ]
