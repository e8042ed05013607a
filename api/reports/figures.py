"""The figures of reports: drawn from the numbers that a report holds, and from nothing else."""

from typing import Any

import numpy as np
from markupsafe import Markup

from api.language import translate
from api.pages.calibration_charts import Calibration, Dots, draw_calibration
from api.pages.canvas import FAINT, LINE, PAPER, Canvas, Look
from api.pages.drawing import to_svg
from api.pages.pit_charts import pit_chart
from api.reports.layout import LaidFigure
from forecasts.calibration import Band, Bins, Corp, NullComparison
from forecasts.calibration_reports import FEW

#: Width and height of each figure, for a desk and for a hand.
SIZES = {
    "calibration": ((640, 520), (350, 400)),
    "pit": ((640, 320), (350, 260)),
    "trend": ((640, 280), (350, 240)),
}
#: Settles the band of the PIT chart.
_SEED = 20_260


def draw(figure: LaidFigure, language: str, *, is_wide: bool = True) -> Markup:
    """Draw a figure as SVG, in the colours of the page that holds it."""
    drawn = figure.values["drawn"]
    width, height = SIZES[drawn][0 if is_wide else 1]
    look = Look(width, height, language)
    if drawn == "calibration":
        return draw_calibration(_calibration(figure.values), look)
    if drawn == "pit":
        places = figure.values["series"]["places"]["pit"]
        return to_svg(pit_chart(places, np.random.default_rng(_SEED), look), figure.caption)
    return to_svg(_trend(figure.values["series"]["quarters"], look), figure.caption)


def _calibration(values: dict[str, Any]) -> Calibration:
    """Give the numbers of a calibration chart as it wants them."""
    facts, curve = values["facts"], _arrays(values["series"]["curve"])
    tenths = _arrays(values["series"]["tenths"])
    is_few = facts["questions"] < FEW
    filled = tenths["count"] > 0
    names = ("mean_probability", "observed", "count", "yes")
    dots = Dots(*(tenths[name][filled] for name in names))
    size = int(facts["forecasts"])
    return Calibration(
        parts=Corp(facts["brier"], facts["mcb"], facts["dsc"], facts["unc"], np.zeros(size)),
        null=NullComparison(facts["null_mean"], facts["null_upper"], facts["null_p"]),
        band=Band(curve["probability"], curve["low"], curve["high"]),
        bins=Bins(
            np.append(tenths["low"], tenths["high"][-1]),
            tenths["count"].astype(np.int64),
            tenths["yes"],
            tenths["mean_probability"],
            tenths["observed"],
        ),
        steps=dots,
        posterior=None,
        line=(curve["probability"], curve["observed"]),
        is_linked=facts["forecasts"] > facts["questions"],
        is_few=is_few,
    )


def _arrays(columns: dict[str, list[float | None]]) -> dict[str, Any]:
    """Give columns as arrays, with NaN for None."""
    return {name: np.array(column, float) for name, column in columns.items()}


def _trend(columns: dict[str, list[Any]], look: Look) -> dict[str, Any]:
    """Draw scores by quarter with their intervals."""
    canvas = Canvas()
    alt = canvas.altair
    names = ("quarter", "log2_loss", "low", "high", "questions")
    rows = [
        dict(zip(("x", "y", "low", "high", "n"), row, strict=True))
        for row in zip(*(columns[name] for name in names), strict=True)
    ]
    count = translate("n = {count}", look.language)
    rows = [{**row, "words": count.format(count=int(row["n"]))} for row in rows]
    quiet = {"titleColor": FAINT, "titleFontWeight": 400}
    x = alt.X("x:O", title=None, axis=alt.Axis(labelAngle=0, grid=False))
    title = translate("Bits lost per question", look.language)
    scale = alt.Scale(zero=True, nice=True)
    axis = alt.Axis(domain=False, tickCount=5, **quiet)
    y = alt.Y("y:Q", title=title, axis=axis, scale=scale)
    whole = [row for row in rows if row["low"] is not None and row["high"] is not None]
    rules = canvas.chart(whole).mark_rule(color=LINE, strokeWidth=2, opacity=0.5, aria=False)
    line = canvas.chart(rows).mark_line(color=LINE, strokeWidth=1.5, aria=False)
    dots = canvas.chart(rows).mark_point(fill=LINE, stroke=PAPER, size=80, opacity=1, aria=False)
    text = canvas.chart(rows).mark_text(
        align="left", dx=8, dy=-8, fontSize=11, color=FAINT, aria=False
    )
    layers = alt.layer(
        rules.encode(x=x, y=alt.Y("low:Q", title=title, axis=axis, scale=scale), y2="high:Q"),
        line.encode(x=x, y=y),
        dots.encode(x=x, y=y),
        text.encode(x=x, y=y, text="words:N"),
    )
    return canvas.finish(layers, look)
