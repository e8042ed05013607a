"""Tests of a forecast as JSON."""

from dataclasses import replace

import numpy as np
import pytest

from data.ledger import canonical_json
from data.summaries import cell_labels, summarise
from forecasts.distributions import forecast_all
from tests.forecasts import building as b

WORLD = b.full_world()
FORECASTS = forecast_all(WORLD)


def test_yes_or_no_has_a_probability_with_its_interval() -> None:
    forecast = FORECASTS["plain"]
    summary = summarise(WORLD, forecast)

    assert summary["probability"] == forecast.probability
    assert summary["low"] < summary["probability"] < summary["high"]
    assert summary["effective_draws"] == pytest.approx(4_000, rel=0.05)


def test_a_flat_tail_of_weights_has_no_shape() -> None:
    flat = replace(FORECASTS["plain"], pareto_shape=-np.inf)

    assert summarise(WORLD, flat)["pareto_shape"] is None


def test_options_are_named_and_sum_to_one() -> None:
    options = summarise(WORLD, FORECASTS["choice"])["options"]

    assert [option["option"] for option in options] == list(b.OPTIONS)
    assert sum(option["probability"] for option in options) == pytest.approx(1)
    assert all(o["low"] < o["probability"] < o["high"] for o in options)


def test_a_number_has_rising_quantiles_and_two_tails() -> None:
    summary = summarise(WORLD, FORECASTS["number"])

    values = list(summary["quantiles"].values())
    assert list(summary["quantiles"]) == ["0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95"]
    assert values == sorted(values)
    assert (summary["low"], summary["median"], summary["high"]) == (
        values[0],
        values[3],
        values[-1],
    )
    np.testing.assert_array_equal(summary["outside"], FORECASTS["number"].cells[[0, -1]])


def test_a_date_has_days_and_none_where_it_may_be_never() -> None:
    summary = summarise(WORLD, FORECASTS["date"])

    assert "2025-01-01" < summary["low"] < summary["median"] < "2026-01-01"
    assert summary["high"] is None  # later or never has more than a twentieth
    assert summary["outside"] == [FORECASTS["date"].cells[-1]]


@pytest.mark.parametrize("name", sorted(FORECASTS))
def test_every_summary_can_be_hashed(name: str) -> None:
    assert canonical_json(summarise(WORLD, FORECASTS[name]))


def test_cells_are_named_by_what_they_hold() -> None:
    numbers, days = cell_labels(WORLD, "number"), cell_labels(WORLD, "date")

    assert cell_labels(WORLD, "plain") == ["no", "yes"]
    assert cell_labels(WORLD, "choice") == list(b.OPTIONS)
    assert (numbers[0], numbers[1], numbers[2], numbers[-1]) == ("below 0", "0", "0.5", "above 100")
    assert (days[0], days[-1]) == ("2025-01-01", "later or never")
    assert (len(numbers), len(days)) == (202, len(FORECASTS["date"].cells))
