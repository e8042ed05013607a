"""Backtests of crowds and markets from the command line."""

import math
import sys
from dataclasses import asdict

import numpy as np
from rich.console import Console

from api.language import translate
from api.shell.output import format_of_rows, print_line, print_rows, print_table
from data.backtests import read_backtest
from forecasts.crowd_scores import CrowdRow, score_methods
from forecasts.errors import KizashiError
from forecasts.panels import Panel
from models.diagnostics import SamplingSettings

_HEADINGS = (
    "Source",
    "Evaluation",
    "Method",
    "n",
    "Brier",
    "Bits",
    "ECE",
    "MCB (null)",
    "DSC",
    "UNC",
    "E",
    "To the median",
)


class TwoWaysToLearn(KizashiError):
    """Both a folder to learn from and folds are given."""

    message = "Give --train or --folds, not both: the one learns elsewhere, the other inside."


def backtest(
    folder: str,
    train: str | None,
    folds: int | None,
    seed: int,
    output: str | None,
    language: str,
) -> None:
    """Score every way of pooling at every evaluation point of a folder.

    Raises:
        TwoWaysToLearn: both a folder to learn from and folds are given.
        BacktestUnreadable: a folder holds no forecasts with outcomes.
        OutcomesShared: there is nothing to learn from but what is forecast.
        PoorDiagnostics: a fit is not to be trusted.
    """
    if train is not None and folds is not None:
        raise TwoWaysToLearn
    form, found = format_of_rows(output), read_backtest(folder, train)
    panel, asked = found.panel, found.asked
    waiting = translate("Learning from earlier outcomes; this takes minutes", language)
    with Console(stderr=True).status(waiting):
        said = _forecasts(panel, asked, folds, seed, is_apart=train is not None)
        rows = list(score_methods(panel, asked, said, seed))
    if found.shared:
        told = translate("{count} questions are in both folders: not learned from.", language)
        sys.stderr.write(told.format(count=found.shared) + "\n")
    if form != "table":
        print_rows([asdict(row) for row in rows], form)
        return
    print_table([translate(word, language) for word in _HEADINGS], [_cells(row) for row in rows])
    print_line(translate("* MCB above the 95% point of its null, or E of 20 and more.", language))


def _forecasts(
    panel: Panel, asked: np.ndarray, folds: int | None, seed: int, *, is_apart: bool
) -> dict[str, np.ndarray]:
    """Forecast by every method, learning elsewhere, in folds, or as time goes by."""
    from models.crowd_backtest import (  # noqa: PLC0415  # PyMC takes seconds
        Split,
        cross_fit,
        forecast_all,
        walk_forward,
    )

    if is_apart:
        splits = [Split(~asked, asked)]
    elif folds is not None:
        splits = cross_fit(panel, asked, folds)
    else:
        splits = walk_forward(panel, asked)
    return dict(forecast_all(panel, splits, SamplingSettings(seed=seed)))


def _cells(row: CrowdRow) -> tuple[str, ...]:
    """Give a row as text."""
    return (
        row.source,
        row.evaluation,
        row.method,
        f"{row.n:,}",
        f"{row.brier:.4f}{_error(row.brier_se)}",
        f"{row.log2_loss:.4f}",
        f"{row.ece:.3f}",
        f"{row.mcb:.4f} ({row.mcb_null:.4f})" + "*" * (row.mcb > row.mcb_limit),
        f"{row.dsc:.4f}",
        f"{row.unc:.4f}",
        f"{row.e_value:.3g}" + "*" * (row.e_value >= 20),
        f"{row.difference:+.4f}{_error(row.difference_se)}",
    )


def _error(standard_error: float) -> str:
    """Give a standard error, if there is one: a single group has none."""
    return "" if math.isnan(standard_error) else f" ± {standard_error:.4f}"
