"""The PIT chart: whether outcomes fall where forecasts of numbers and days said they would."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from api.language import translate
from api.pages.canvas import FAINT, INK, LINE, Canvas, Look
from forecasts.uniformity import Uniformity, ecdf_difference

#: The upright axis reaches at least this far, so that small differences look small.
_LEAST_REACH = 0.1


def pit_chart(pit: ArrayLike, rng: np.random.Generator, look: Look) -> dict[str, Any]:
    """Draw the ECDF of PIT values less the uniform's, in a band that holds it everywhere at once.

    Args:
        pit: probability integral transforms, in [0, 1], shape (n,), n at least 1.
        rng: for the band.
        look: size and language.
    """
    shown, canvas = ecdf_difference(pit, rng), Canvas()
    alt = canvas.altair
    rows = _rows(shown)
    highest = np.abs([shown.difference, shown.lower, shown.upper]).max()
    reach = max(_LEAST_REACH, float(highest))
    quiet = {"titleColor": FAINT, "titleFontWeight": 400}
    ticks = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="~%", grid=False, **quiet)
    across = translate("Place of the outcome in its forecast", look.language)
    x = alt.X("x:Q", title=across, axis=ticks, scale=alt.Scale(domain=[0, 1], nice=False))
    upright = alt.Scale(domain=[-1.1 * reach, 1.1 * reach], nice=False)
    points = alt.Axis(format="+~%", tickCount=5, domain=False, **quiet)
    more = translate("More than forecast up to there", look.language)
    band = canvas.chart(rows).mark_area(color=LINE, fillOpacity=0.16, aria=False)
    zero = canvas.chart([{"y": 0}]).mark_rule(color=FAINT, strokeDash=[4, 4], aria=False)
    line = canvas.chart(rows).mark_line(color=LINE, strokeWidth=2, aria=False)
    y = alt.Y("y:Q", title=more, axis=points, scale=upright)
    layers = alt.layer(
        band.encode(x=x, y=alt.Y("low:Q", title=more, axis=points, scale=upright), y2="high"),
        zero.encode(y=y),
        line.encode(x=x, y=y),
    )
    title = alt.Title(
        text=_words(shown, np.size(pit), look),
        anchor="start",
        frame="bounds",
        fontSize=13 if look.is_wide else 11,
        fontWeight=600,
        color=INK,
        offset=14,
    )
    return canvas.finish(layers.properties(title=title), look)


def _words(shown: Uniformity, count: int, look: Look) -> str:
    """Say how many outcomes there are, and whether they stay within the band."""
    inside = translate("{count:,} outcomes, within the 90% band of calibration", look.language)
    outside = translate("{count:,} outcomes, not within the 90% band of calibration", look.language)
    return (inside if shown.is_within else outside).format(count=count)


def _rows(shown: Uniformity) -> list[dict[str, float]]:
    """Give place, difference and band as rows."""
    parts = (shown.place, shown.difference, shown.lower, shown.upper)
    return [
        {"x": float(at), "y": float(gap), "low": float(low), "high": float(high)}
        for at, gap, low, high in zip(*parts, strict=True)
    ]
