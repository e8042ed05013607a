"""Tests of what numbers must be before they are scored."""

import numpy as np
import pytest

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit, OutcomeDoesNotFit
from forecasts.validation import (
    as_chances,
    as_distribution,
    as_finite,
    as_options,
    as_outcomes,
    as_places,
    as_quantiles,
    leading_shape,
)


def test_every_impossible_probability_is_counted() -> None:
    with pytest.raises(ImpossibleProbability, match="3 of 4"):
        as_chances([0.5, -0.1, 1.1, np.nan])


def test_chances_may_miss_one_by_rounding_only() -> None:
    assert as_options([1 / 3, 1 / 3, 1 / 3]).shape == (3,)
    with pytest.raises(NumbersDoNotFit, match="divide by their sum"):
        as_options([0.33, 0.33, 0.33])


def test_outcomes_may_be_booleans() -> None:
    assert as_outcomes([True, False]).tolist() == [1.0, 0.0]
    with pytest.raises(OutcomeDoesNotFit):
        as_outcomes([np.nan])


def test_places_are_whole_numbers_even_if_there_are_none() -> None:
    assert as_places([], options=2).dtype == np.int64
    with pytest.raises(OutcomeDoesNotFit, match="from 0 to 1"):
        as_places([1.0], options=2)


def test_flat_distributions_and_equal_quantiles_are_possible() -> None:
    assert as_distribution([0.5, 0.5], [0, 1])[0].tolist() == [0.5, 0.5]
    assert as_quantiles([3, 3], [0.1, 0.9])[0].tolist() == [3.0, 3.0]


def test_what_is_not_finite_is_counted() -> None:
    with pytest.raises(NumbersDoNotFit, match="2 of 3"):
        as_finite([1.0, np.inf, np.nan])


def test_shapes_that_do_not_broadcast_are_named() -> None:
    with pytest.raises(NumbersDoNotFit, match=r"\(2,\) for outcomes of shape \(3,\)"):
        leading_shape((2,), (3,))
