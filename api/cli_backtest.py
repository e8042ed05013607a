"""The command line for backtests: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Output, RowOutput, _

backtest_app = typer.Typer(help=_("Measure the models on data with known outcomes."))


@backtest_app.command(
    "evidence", help=_("Learn from a suite of evidence, and score the rest of it.")
)
def backtest_evidence(
    folder: Annotated[str, typer.Argument(help=_("Folder of the suite."))],
    *,
    attack: Annotated[
        bool,
        typer.Option(
            "--attack", help=_("Let a new submitter add 20 false records to each test question.")
        ),
    ] = False,
    ceiling: Annotated[
        bool,
        typer.Option("--ceiling", help=_("Also learn from the test questions; takes minutes.")),
    ] = False,
    seed: Annotated[int, typer.Option(help=_("Settles the draws."))] = 1,
    output: Output = None,
) -> None:
    """Backtest the evidence model."""
    from api.shell import backtesting

    backtesting.evidence(folder, seed, output, LANGUAGE, attack=attack, ceiling=ceiling)


@backtest_app.command(
    "crowd", help=_("Pool the forecasts of crowds and markets, and score every way of doing so.")
)
def backtest_crowd(
    folder: Annotated[str, typer.Argument(help=_("Folder of forecasts with known outcomes."))],
    *,
    train: Annotated[
        str | None, typer.Option(help=_("Folder to learn from, with other questions."))
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(min=2, help=_("Cross-fit in so many folds of linked questions.")),
    ] = None,
    seed: Annotated[int, typer.Option(help=_("Settles the draws."))] = 1,
    output: RowOutput = None,
) -> None:
    """Backtest the crowd and the house forecast."""
    from api.shell import crowds

    crowds.backtest(folder, train, folds, seed, output, LANGUAGE)
