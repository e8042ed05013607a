"""The command line for backtests: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Output, _

backtest_app = typer.Typer(help=_("Measure the models on data with known outcomes."))


@backtest_app.callback()
def backtest() -> None:
    """Group the commands, of which there is one so far."""


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
