"""The calibration chart: how often forecasts came true, beside what they said."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from api.language import translate
from api.pages.canvas import FAINT, GRID, INK, LINE, PAPER, Canvas, Look
from api.pages.drawing import titled_marks, to_svg
from forecasts.betting import CalibrationPosterior, calibration_posterior
from forecasts.calibration import (
    Band,
    Bins,
    Corp,
    NullComparison,
    compare_to_null,
    consistency_band,
    corp,
    count_in_bins,
    null_miscalibration,
)
from forecasts.calibration_reports import FEW
from forecasts.outcomes import Floats

#: Width and height for a desk and for a hand.
SIZES = ((640, 520), (350, 400))
#: Calibrated forecasts that are simulated for the band and for the mean of MCB.
_REPLICATES = 400
#: Share of calibrated curves within the band, and of the posterior.
_LEVEL = 0.9
#: Histogram and its floor lie below 0, this deep, in units of the upright axis.
_FLOOR, _TALLEST = -0.32, 0.2
#: Area of the smallest and of the largest dot.
_SMALLEST, _LARGEST = 16.0, 200.0
#: More dots than this are drawn smaller, or they hide the curve.
_MANY = 15
_CURVE_POINTS = 101
_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Forecasts that are shown as one: mean forecast, share and number that came true."""

    probability: Floats
    observed: Floats
    count: Floats
    yes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a calibration chart shows.

    Attributes:
        posterior: only where resolutions are few, and if it is at hand.
        is_linked: some forecasts share an outcome, so that chance does more than the null tells.
    """

    parts: Corp
    null: NullComparison
    band: Band
    bins: Bins
    steps: Dots
    posterior: CalibrationPosterior | None
    line: tuple[Floats, Floats]
    is_linked: bool = False
    is_few: bool = False

    @property
    def size(self) -> int:
        """How many forecasts were resolved."""
        return len(self.parts.recalibrated)


def measure_calibration(
    probability: ArrayLike, outcome: ArrayLike, rng: np.random.Generator
) -> Calibration:
    """Work out what the chart shows; the slow part, the same for every size and language.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1.
        outcome: 1 if it happened, else 0, shape (n,).
        rng: for the simulations of calibrated forecasts.
    """
    stated, happened = np.asarray(probability, float), np.asarray(outcome, float)
    parts, bins = corp(stated, happened), count_in_bins(stated, happened)
    null = compare_to_null(parts.miscalibration, null_miscalibration(stated, rng, _REPLICATES))
    if len(stated) < FEW:
        posterior = calibration_posterior(stated, happened)
        curve = posterior.curve(np.linspace(0, 1, _CURVE_POINTS), _LEVEL)
        band, filled = Band(curve.probability, curve.lower, curve.upper), bins.count > 0
        groups = (bins.mean_probability, bins.observed, bins.count.astype(float), bins.yes)
        dots = Dots(*(part[filled] for part in groups))
        line = (curve.probability, curve.mean)
        return Calibration(parts, null, band, bins, dots, posterior, line, is_few=True)
    band = consistency_band(stated, rng, _LEVEL, _REPLICATES)
    steps, line_points = steps_of(stated, happened, parts.recalibrated)
    return Calibration(parts, null, band, bins, steps, None, line_points)


def calibration_chart(
    probability: ArrayLike, outcome: ArrayLike, rng: np.random.Generator, look: Look
) -> dict[str, Any]:
    """Draw how often forecasts came true: the CORP diagram, or for few resolutions a curve.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1.
        outcome: 1 if it happened, else 0, shape (n,).
        rng: for the simulations of calibrated forecasts.
        look: size and language.

    Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8), e2016191118.
    """
    return chart_of(measure_calibration(probability, outcome, rng), look)


def chart_of(shown: Calibration, look: Look) -> dict[str, Any]:
    """Draw what was measured: band, diagonal, curve, dots, and the histogram below."""
    canvas = Canvas()
    alt = canvas.altair
    axis = alt.Axis(values=_TICKS, format="~%", grid=False, titleColor=FAINT, titleFontWeight=400)
    level = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("x:Q", scale=level, axis=axis, title=translate("Forecast", look.language))
    upright = alt.Scale(domain=[_FLOOR, 1], nice=False)
    y_axis = alt.Axis(
        values=_TICKS, format="~%", domain=False, titleColor=FAINT, titleFontWeight=400
    )
    y = alt.Y("y:Q", scale=upright, axis=y_axis, title=translate("Came true", look.language))
    layers = [
        _band(canvas, shown, x, y),
        _diagonal(canvas, x, y),
        _curve(canvas, shown, x, y),
        *_histogram(canvas, shown, look, x, y),
        _dots(canvas, shown, look, x, y),
    ]
    title = alt.Title(
        text=_score_words(shown, look),
        subtitle=_small_words(shown, look),
        anchor="start",
        frame="bounds",
        fontSize=14 if look.is_wide else 12,
        fontWeight=600,
        color=INK,
        subtitleFontSize=12,
        subtitleColor=FAINT,
        subtitleLineHeight=17,
        offset=14,
    )
    return canvas.finish(alt.layer(*layers).properties(title=title), look)


def draw_calibration(shown: Calibration, look: Look) -> Markup:
    """Draw the chart as SVG for a page; marks say their counts when pointed at."""
    label = translate("Chart: how often forecasts came true, beside what they said", look.language)
    drawn = to_svg(chart_of(shown, look), " ".join([label + ".", *_score_words(shown, look)]))
    return titled_marks(drawn)


def steps_of(stated: Floats, happened: Floats, curve: Floats) -> tuple[Dots, tuple[Floats, Floats]]:
    """Give each level of the recalibrated curve as a dot, and the line through their ends."""
    levels, place = np.unique(curve, return_inverse=True)
    count = np.bincount(place).astype(float)
    mean = np.bincount(place, stated) / count
    first, last = np.full(len(levels), np.inf), np.full(len(levels), -np.inf)
    np.minimum.at(first, place, stated)
    np.maximum.at(last, place, stated)
    dots = Dots(mean, levels, count, np.bincount(place, happened))
    return dots, (np.column_stack([first, last]).ravel(), np.repeat(levels, 2))


def _band(canvas: Canvas, shown: Calibration, x: Any, y: Any) -> Any:
    """Draw where calibrated forecasts would lie, or where the curve of few may lie."""
    band = shown.band
    rows = [
        {"x": float(at), "y": float(low), "z": float(high)}
        for at, low, high in zip(band.probability, band.lower, band.upper, strict=True)
    ]
    area = canvas.chart(rows).mark_area(color=LINE, fillOpacity=0.16, aria=False)
    return area.encode(x=x, y=y, y2="z")


def _diagonal(canvas: Canvas, x: Any, y: Any) -> Any:
    """Draw where forecasts come true as often as they say."""
    mark = canvas.chart([{"x": 0, "y": 0}, {"x": 1, "y": 1}]).mark_line(
        color=FAINT, strokeWidth=1, strokeDash=[4, 4], aria=False
    )
    return mark.encode(x=x, y=y)


def _curve(canvas: Canvas, shown: Calibration, x: Any, y: Any) -> Any:
    """Draw the recalibrated forecasts as level steps that are joined."""
    rows = [
        {"x": float(at), "y": float(share), "n": number}
        for number, (at, share) in enumerate(zip(*shown.line, strict=True))
    ]
    mark = canvas.chart(rows).mark_line(color=LINE, strokeWidth=2, aria=False)
    return mark.encode(x=x, y=y, order="n:Q")


def _histogram(canvas: Canvas, shown: Calibration, look: Look, x: Any, y: Any) -> list[Any]:
    """Draw how many forecasts lie in each tenth, on a floor below 0."""
    alt, bins = canvas.altair, shown.bins
    words = translate("{low:.0%} – {high:.0%}: {yes:,} of {count:,} resolved yes", look.language)
    rows = [
        {
            "x": float(low) + 0.004,
            "e": float(high) - 0.004,
            "y": _FLOOR,
            "z": _FLOOR + _TALLEST * float(count) / float(bins.count.max()),
            "words": words.format(low=low, high=high, yes=int(yes), count=int(count)),
        }
        for low, high, count, yes in zip(
            bins.edges[:-1], bins.edges[1:], bins.count, bins.yes, strict=True
        )
        if count
    ]
    bars = (
        canvas.chart(rows)
        .mark_bar(color=FAINT, fillOpacity=0.55)
        .encode(x=x, x2="e", y=y, y2="z", tooltip="words:N", description="words:N")
    )
    zero = canvas.chart([{"y": 0}]).mark_rule(color=GRID, aria=False).encode(y=y)
    most = translate("most in a tenth: {count:,}", look.language)
    label = [{"x": 0, "y": 0, "words": most.format(count=int(bins.count.max()))}]
    text = canvas.chart(label).mark_text(
        align="left", baseline="top", dx=4, dy=9, fontSize=11, color=FAINT, aria=False
    )
    return [zero, bars, text.encode(x=alt.X("x:Q"), y=y, text="words:N")]


def _dots(canvas: Canvas, shown: Calibration, look: Look, x: Any, y: Any) -> Any:
    """Draw a dot for each step, larger for more forecasts; hollow where they are few."""
    alt, dots = canvas.altair, shown.steps
    largest = _LARGEST / max(len(dots.count) / _MANY, 1)
    words = translate("about {at:.0%}: {yes:,} of {count:,} resolved yes", look.language)
    rows = [
        {
            "x": float(at),
            "y": float(share),
            "s": _SMALLEST + (largest - _SMALLEST) * float(count / dots.count.max()) ** 0.5,
            "count": int(count),
            "yes": int(yes),
            "words": words.format(at=at, yes=int(yes), count=int(count)),
        }
        for at, share, count, yes in zip(
            dots.probability, dots.observed, dots.count, dots.yes, strict=True
        )
    ]
    few = shown.is_few
    look_of_dots = {"fill": PAPER, "stroke": INK} if few else {"fill": LINE, "stroke": PAPER}
    width = 1.5 if len(rows) <= _MANY else 0
    mark = canvas.chart(rows).mark_point(**look_of_dots, strokeWidth=width, opacity=1, clip=False)
    told = {"tooltip": "words:N", "description": "words:N"}
    return mark.encode(x=x, y=y, size=alt.Size("s:Q", scale=None), **told)


def _score_words(shown: Calibration, look: Look) -> list[str]:
    """Say the score and its parts."""
    parts = shown.parts
    words = "Brier {score:.4f} = MCB {mcb:.4f} − DSC {dsc:.4f} + UNC {unc:.4f}"
    return [
        translate(words, look.language).format(
            score=parts.mean_score,
            mcb=parts.miscalibration,
            dsc=parts.discrimination,
            unc=parts.uncertainty,
        )
    ]


def _small_words(shown: Calibration, look: Look) -> list[str]:
    """Say how many there are, what chance alone makes of MCB, and what is drawn."""
    null, language = shown.null, look.language
    chance = translate(
        "{count:,} resolved; chance alone makes MCB {mean:.4f} (p = {p:.3f})", language
    ).format(count=shown.size, mean=null.mean, p=null.p_value)
    if shown.is_linked:
        chance = translate(
            "{count:,} forecasts, some of one question: chance alone does more than the band",
            language,
        ).format(count=shown.size)
    if not shown.is_few:
        return [chance, translate("Band: 90% of calibrated forecasts", language)]
    few = translate("Fewer than {few}: line and 90% band are a fitted curve,", language)
    return [chance, few.format(few=FEW), translate("not a step for each level", language)]
