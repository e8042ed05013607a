"""Tests of curves as they open, and of when a question takes evidence."""

import numpy as np
import pytest

from forecasts.questions import require_open
from forecasts.refusals import QuestionClosed, QuestionNotOpen
from tests.forecasts import building as b


@pytest.mark.parametrize("build", [b.plain, b.event, b.dated, b.number, b.choice])
def test_opening_cells_are_the_mean_over_the_drivers(build: object) -> None:
    """Against 4,000 fresh drivers, to within four standard errors."""
    _, on = build()  # type: ignore[operator]
    drivers = np.random.default_rng(4).standard_normal((4_000, 2))
    some = np.exp(on.prior.log_cells(on.pull(drivers)))

    assert on.opening_cells.sum() == pytest.approx(1, abs=1e-9)
    error = 4 * some.std(axis=0) / np.sqrt(4_000) + 1e-9
    assert np.all(np.abs(some.mean(axis=0) - on.opening_cells) <= error)


def test_the_pull_of_a_draw_is_its_drivers_times_the_loadings() -> None:
    _, on = b.plain(loadings=(3.0, 4.0))

    np.testing.assert_array_equal(on.pull(np.array([[1.0, 0.0], [1.0, -1.0]])), [3.0, -1.0])
    assert on.pull_spread == 5.0
    assert on.node_pulls[0] == -30.0


def test_cells_of_dates_are_about_their_days_and_others_about_the_close() -> None:
    np.testing.assert_array_equal(b.plain()[1].cell_instants, [b.CLOSES])
    np.testing.assert_allclose(b.event()[1].cell_instants[[0, -1]], [b.OPENS + 0.5, b.CLOSES])


def test_only_yes_or_no_has_a_probability() -> None:
    plain, number = b.plain()[0], b.number()[0]

    assert plain.probability(np.array([0.25, 0.75])) == 0.75
    assert number.probability(np.ones(202) / 202) is None


def test_a_question_takes_evidence_from_its_opening_to_its_close_or_outcome() -> None:
    asked, _ = b.plain()

    for now, ended in ((b.OPENS, None), (b.CLOSES, None), (b.OPENS + 3, b.OPENS + 3)):
        require_open(asked, now, ended)
    with pytest.raises(QuestionNotOpen, match="plain opens on 2025-01-01"):
        require_open(asked, b.OPENS - 0.1, None)
    with pytest.raises(QuestionClosed, match="until 2026-01-01 00:00 UTC"):
        require_open(asked, b.CLOSES + 0.1, None)
    with pytest.raises(QuestionClosed, match="until 2025-01-04 00:00 UTC"):
        require_open(asked, b.OPENS + 3.5, b.OPENS + 3)
