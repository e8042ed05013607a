"""Tests of what an outcome leaves possible."""

from datetime import date

import numpy as np
import pytest

from forecasts.errors import OutcomeDoesNotFit
from forecasts.outcomes import Outcome, share_before
from forecasts.resolutions import Resolution, Status, possible_cells
from forecasts.times import end_of_day
from tests.forecasts import building as b

DAY = date(2025, 3, 10)


def resolution(outcome: Outcome | None, status: Status = "resolved") -> Resolution:
    return Resolution("q", status, outcome, resolved_at=DAY, known_by=DAY)


@pytest.mark.parametrize(
    ("build", "outcome", "cell"),
    [
        (b.plain, True, 1),
        (b.plain, False, 0),
        (b.choice, "green", 1),
        (b.number, 10.1, 21),
        (b.dated, DAY, 31 + 28 + 9),
        (b.dated, "never", -1),
        (b.event, True, 31 + 28 + 9),  # on the day of the resolution
        (b.event, False, -1),
    ],
)
def test_an_outcome_leaves_one_cell(build: object, outcome: Outcome, cell: int) -> None:
    asked, on = build()  # type: ignore[operator]

    possible = possible_cells(asked, on, resolution(outcome))

    expected = np.zeros(on.space.size)
    expected[cell] = 1.0
    np.testing.assert_array_equal(possible, expected)


def test_a_threshold_leaves_its_side() -> None:
    _, on = b.dated()
    yes = share_before(on.space, end_of_day(b.EARLY))
    derived = b.question("by-early", "binary", "date", yes)

    np.testing.assert_array_equal(possible_cells(derived, on, resolution(True)), yes)
    np.testing.assert_array_equal(possible_cells(derived, on, resolution(False)), 1 - yes)


@pytest.mark.parametrize("status", ["annulled", "ambiguous"])
def test_what_is_annulled_or_ambiguous_teaches_nothing(status: Status) -> None:
    asked, on = b.plain()

    assert possible_cells(asked, on, resolution(None, status)) is None


@pytest.mark.parametrize(
    ("build", "outcome"), [(b.event, "never"), (b.plain, "yes"), (b.choice, "pink")]
)
def test_a_wrong_outcome_is_refused(build: object, outcome: Outcome) -> None:
    asked, on = build()  # type: ignore[operator]
    with pytest.raises(OutcomeDoesNotFit):
        possible_cells(asked, on, resolution(outcome))
