"""Tests of the calibration chart: its numbers, its words, and that it can always be drawn."""

import re

import numpy as np
import pytest

from api.pages.calibration_charts import (
    SIZES,
    calibration_chart,
    chart_of,
    draw_calibration,
    measure_calibration,
)
from api.pages.canvas import Look

WIDE = Look(*SIZES[0], "en")


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def half_right() -> tuple[list[float], list[int]]:
    """40 forecasts of .2, 10 true; 60 of .8, 54 true: recalibrated to .25 and .9."""
    return [0.2] * 40 + [0.8] * 60, [1] * 10 + [0] * 30 + [1] * 54 + [0] * 6


def rows(chart: dict, part: str) -> list[dict]:
    return next(some for some in chart["datasets"].values() if some and part in some[0])


def test_the_chart_has_a_dot_for_each_level_with_its_counts():
    dots = rows(calibration_chart(*half_right(), rng(), WIDE), "s")

    assert [(d["count"], d["yes"]) for d in dots] == [(40, 10), (60, 54)]
    assert [(d["x"], d["y"]) for d in dots] == [
        (pytest.approx(0.2), 0.25),
        (pytest.approx(0.8), 0.9),
    ]
    assert dots[0]["words"] == "about 20%: 10 of 40 resolved yes"


def test_the_title_is_the_score_and_its_parts():
    """Brier .4 x .19 + .6 x .1 = .136; MCB .4 x .05^2 + .6 x .1^2 = .007; UNC .64 x .36 = .2304.

    DSC: .2304 - (.136 - .007) = .1014.
    """
    chart = calibration_chart(*half_right(), rng(), WIDE)

    assert chart["title"]["text"] == ["Brier 0.1360 = MCB 0.0070 − DSC 0.1014 + UNC 0.2304"]
    count, band = chart["title"]["subtitle"]
    assert re.fullmatch(r"100 resolved; chance alone makes MCB 0\.00\d\d \(p = 0\.\d{3}\)", count)
    assert band == "Band: 90% of calibrated forecasts"


def test_the_histogram_counts_each_tenth():
    bars = rows(calibration_chart(*half_right(), rng(), WIDE), "e")

    assert [bar["words"] for bar in bars] == [
        "20% – 30%: 10 of 40 resolved yes",
        "80% – 90%: 54 of 60 resolved yes",
    ]
    heights = [bar["z"] - bar["y"] for bar in bars]
    assert heights[0] / heights[1] == pytest.approx(40 / 60)


def test_below_thirty_resolutions_a_fitted_curve_stands_in():
    few, many = (measure_calibration([0.6] * size, [1] * size, rng()) for size in (29, 30))

    assert few.posterior is not None and many.posterior is None
    assert chart_of(few, WIDE)["title"]["subtitle"][1].startswith("Fewer than 30")
    assert few.line[1][60] > 0.6  # 29 of 29 came true


@pytest.mark.parametrize(
    ("stated", "happened"),
    [
        ([0.7], [0]),
        ([0.7] * 50, [1] * 50),
        ([0.0] * 20 + [1.0] * 20, [0] * 20 + [1] * 20),
        ([1.0], [0]),
        (np.linspace(0, 1, 100_000), np.arange(100_000) % 2),
    ],
    ids=["one", "all yes", "all certain", "certain and wrong", "100,000"],
)
def test_every_set_of_forecasts_can_be_drawn(stated, happened):
    shown = measure_calibration(stated, happened, rng())

    for width, height in SIZES:
        for language in ("en", "ja"):
            drawn = draw_calibration(shown, Look(width, height, language))
            assert drawn.startswith("<svg viewBox=")
            assert drawn.count("<path") > 3
            assert "NaN" not in drawn


def test_marks_say_their_counts_when_pointed_at():
    drawn = draw_calibration(measure_calibration(*half_right(), rng()), WIDE)

    titles = re.findall("<title>([^<]*)</title>", drawn)
    assert "about 20%: 10 of 40 resolved yes" in titles
    assert "80% – 90%: 54 of 60 resolved yes" in titles
    assert len(titles) == 4


def test_the_drawing_takes_its_colours_from_the_page():
    drawn = draw_calibration(measure_calibration(*half_right(), rng()), WIDE)

    assert set(re.findall(r'(?:fill|stroke)="(#[^"]*)"', drawn)) == set()
    assert "style=" not in drawn and "<script" not in drawn


def test_the_drawing_fits_its_width():
    for width, height in SIZES:
        shown = measure_calibration(*half_right(), rng())
        drawn = draw_calibration(shown, Look(width, height, "en"))

        assert drawn.startswith(f'<svg viewBox="0 0 {width} {height}"')
