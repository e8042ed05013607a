"""Tests of the PIT chart: its words, its numbers, and that it can be drawn."""

import numpy as np
import pytest

from api.pages.canvas import Look
from api.pages.drawing import to_svg
from api.pages.pit_charts import pit_chart


@pytest.mark.parametrize("size", [1, 40, 100_000])
def test_even_outcomes_are_within_the_band(size):
    for width, language in ((640, "en"), (350, "ja")):
        look = Look(width, 300, language)
        chart = pit_chart((np.arange(size) + 0.5) / size, np.random.default_rng(1), look)

        assert to_svg(chart, "").startswith(f'<svg viewBox="0 0 {width} 300"')
        assert len(chart["datasets"]["rows-0"]) == 99


def test_the_title_says_what_is_found():
    """All outcomes at .95: at .9 the share is 0, .9 too few."""
    chart = pit_chart([0.95] * 50, np.random.default_rng(1), Look(640, 300, "en"))

    assert chart["title"]["text"] == "50 outcomes, not within the 90% band of calibration"
    assert chart["datasets"]["rows-0"][89]["y"] == pytest.approx(-0.9)
