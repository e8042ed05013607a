"""The pictures of calibration: each in two sizes, as SVG and as what draws it alive."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from api.language import translate
from api.pages.betting_charts import money_chart, posterior_chart
from api.pages.calibration_charts import chart_of, draw_calibration, measure_calibration
from api.pages.calibration_looks import Looked
from api.pages.calibration_wishes import Wishes
from api.pages.canvas import Look
from api.pages.drawing import titled_marks, to_svg
from api.pages.pit_charts import pit_chart
from forecasts.betting import e_process_bits

#: Settles all draws, so that a chart is the same for everybody.
_SEED = 20_260
#: Width and height for a desk and for a hand.
SIZES = {
    "corp": ((640, 520), (350, 400)),
    "posterior": ((560, 380), (350, 320)),
    "money": ((1000, 280), (350, 250)),
    "pit": ((640, 320), (350, 280)),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart in two sizes, and where it is had alive."""

    wide: Markup
    narrow: Markup
    address: str


def picture_specification(
    looked: Looked, name: str, size: str, language: str
) -> dict[str, Any] | None:
    """Give a chart as Vega-Lite; None where there is nothing to draw."""
    width, height = SIZES[name][size == "narrow"]
    look, rng = Look(width, height, language), np.random.default_rng(_SEED)
    report = looked.yes_no
    if name == "pit":
        return pit_chart(looked.pits, rng, look) if len(looked.pits) else None
    if report is None:
        return None
    if name == "money":
        blocks = looked.asked if report.questions < report.forecasts else None
        bits = e_process_bits(looked.stated, looked.came, blocks)
        return money_chart(looked.known, bits, look)
    if name == "posterior":
        return posterior_chart(report.posterior, look) if report.posterior else None
    return chart_of(_measured(looked), look)


def _measured(looked: Looked) -> Any:
    """Measure what the CORP diagram shows."""
    shown = measure_calibration(looked.stated, looked.came, np.random.default_rng(_SEED))
    report = looked.yes_no
    assert report is not None
    return replace(shown, is_linked=report.questions < report.forecasts)


def draw_picture(looked: Looked, name: str, wishes: Wishes, language: str) -> Picture:
    """Draw a chart in both sizes."""
    labels = {
        "posterior": "Chart: what is known of leaning and slope; the cross is calibration.",
        "money": "Chart: money of a bet against these forecasts over time, with the line at 20.",
        "pit": "Chart: where outcomes fell in their forecasts, beside the band of calibration.",
    }
    drawn = []
    for place, size in enumerate(("wide", "narrow")):
        if name == "corp":
            look = Look(*SIZES[name][place], language)
            drawn.append(draw_calibration(_measured(looked), look))
            continue
        specification = picture_specification(looked, name, size, language)
        assert specification is not None
        drawn.append(titled_marks(to_svg(specification, translate(labels[name], language))))
    address = f"/calibration/{name}.vl.json?{wishes.query}&lang={language}"
    return Picture(drawn[0], drawn[1], address)
