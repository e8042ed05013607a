"""The command line: what can be said. What is done stands in api/shell, loaded when it is used."""

import os
import sys
from typing import Annotated

import typer

from api.cli_backtest import backtest_app
from api.cli_credit import credit_app, leaderboard_app
from api.cli_evidence import evidence_app
from api.cli_exports import export_app
from api.cli_forecasters import forecaster_app
from api.cli_forecasts import forecast_app, search_app
from api.cli_keys import key_app
from api.cli_links import linked_markets_app
from api.cli_operation import operation_app
from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, reads, writes
from api.cli_push import push_app
from api.cli_reports import report_app
from api.cli_scenarios import scenario_app, what_if_app
from api.cli_score import score_app
from api.cli_sign_in import sign_in_app
from api.language import say
from forecasts.errors import KizashiError, Refused, Unknown

#: Exit codes: refused; there is no such thing; it conflicts with what is there; no connection.
#: 2 is Typer's own: the command was wrong.
REFUSED, NOT_FOUND, CONFLICT, UNREACHED = 1, 3, 4, 5
_CODES = {404: NOT_FOUND, 409: CONFLICT, 412: CONFLICT}

app = typer.Typer(
    name="kizashi",
    help=_("Scenario forecasts that are explained by their evidence."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
ledger_app = typer.Typer(help=_("Check the ledger of inputs."), no_args_is_help=True)
bank_app = typer.Typer(help=_("Check and load question banks."), no_args_is_help=True)
for name, group in (
    ("evidence", evidence_app),
    ("forecast", forecast_app),
    ("ledger", ledger_app),
    ("key", key_app),
    ("bank", bank_app),
    ("forecaster", forecaster_app),
    ("scenario", scenario_app),
    ("backtest", backtest_app),
    ("leaderboard", leaderboard_app),
    ("report", report_app),
    ("markets", linked_markets_app),
):
    app.add_typer(group, name=name)
app.add_typer(operation_app)
app.add_typer(push_app)
app.add_typer(sign_in_app)
app.add_typer(what_if_app)
app.add_typer(search_app)
app.add_typer(credit_app)
app.add_typer(export_app)
app.add_typer(score_app)


@app.command(help=_("Serve the API and the pages; the first start loads the bank."))
def serve(
    database: Database = None,
    host: Annotated[str | None, typer.Option(help=_("Address to listen on."))] = None,
    port: Annotated[int | None, typer.Option(help=_("Port to listen on; 0: any."))] = None,
) -> None:
    """Serve until interrupted."""
    from api.shell import serving

    serving.serve(database, host, port, LANGUAGE)


@app.command(help=_("List the questions with their current forecasts."))
@reads
def questions(database: Database = None, output: ListOutput = None) -> None:
    """List questions."""
    from api.shell import reading

    reading.list_questions(database, output, LANGUAGE)


@app.command(help=_("Show a question: its forecast, and what moved it."))
@reads
def show(
    question: Annotated[str, typer.Argument(help=_("Id of the question."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Show one question."""
    from api.shell import reading

    reading.show_question(database, question, output, LANGUAGE)


@app.command(help=_("List what each source's word is worth, before and after learning."))
@reads
def sources(database: Database = None, output: ListOutput = None) -> None:
    """List sources."""
    from api.shell import sources as shell

    shell.list_sources(database, output, LANGUAGE)


@app.command(help=_("Resolve a question from a JSON or YAML file; - reads stdin."))
@writes
def resolve(
    file: Annotated[str, typer.Argument(help=_("JSON or YAML file; - reads stdin."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Resolve a question."""
    from api.shell import writing

    writing.resolve(database, file, output, LANGUAGE)


@app.command(help=_("Learn reliabilities and drivers anew by NUTS; takes minutes."))
def fit(
    world: Annotated[str, typer.Argument(help=_("Id of the world."))] = "deepseek-r2",
    database: Database = None,
    seed: Annotated[int, typer.Option(help=_("Settles the draws."))] = 1,
    tune: Annotated[int, typer.Option(help=_("Tuning steps a chain."))] = 1_000,
    *,
    every: Annotated[bool, typer.Option("--all", help=_("Fit every world."))] = False,
    workers: Annotated[int, typer.Option(min=1, help=_("Processes, with --all."))] = 1,
    scheduler: Annotated[
        str | None, typer.Option(help=_("Dask scheduler, with --all, such as tcp://HOST:8786."))
    ] = None,
) -> None:
    """Fit the models."""
    from api.shell import fitting

    if not every and (workers > 1 or scheduler):
        raise typer.BadParameter(_("Workers and a scheduler spread many fits: add --all."))
    if every:
        fitting.fit_all(database, seed, tune, workers, scheduler, LANGUAGE)
    else:
        fitting.fit(database, world, seed, tune, LANGUAGE)


@app.command(help=_("Compute the whole history again from the ledger, and compare to the bit."))
def replay(database: Database = None, output: Output = None) -> None:
    """Replay the ledger."""
    from api.shell import checking

    checking.replay(database, output, LANGUAGE)


@ledger_app.command("verify", help=_("Walk the chain; name the first broken entry."))
def ledger_verify(database: Database = None) -> None:
    """Verify the ledger."""
    from api.shell import checking

    checking.verify_ledger(database, LANGUAGE)


@ledger_app.command("checkpoint", help=_("Print the number of entries and the newest hash."))
def ledger_checkpoint(database: Database = None, output: Output = None) -> None:
    """Print the checkpoint."""
    from api.shell import checking

    checking.print_checkpoint(database, output)


@bank_app.command("check", help=_("Check a bank; report every fault with file, line and field."))
def bank_check(
    path: Annotated[str, typer.Argument(help=_("Folder of the bank."))],
) -> None:
    """Check a bank."""
    from api.shell import checking

    checking.check_bank(path, LANGUAGE)


@bank_app.command("load", help=_("Load a bank and replay its history."))
def bank_load(
    path: Annotated[str, typer.Argument(help=_("Folder of the bank."))],
    database: Database = None,
) -> None:
    """Load a bank."""
    from api.shell import serving

    serving.load(database, path, LANGUAGE)


@app.command(help=_("Look at this installation and say what is wrong with it."))
def doctor(database: Database = None, output: Output = None) -> None:
    """Check the installation."""
    from api.shell import checking

    checking.doctor(database, output, LANGUAGE)


def main() -> None:
    """Run the command line; a broken rule is one line on stderr, and an exit code."""
    # The matrices are small: a second thread for each doubles the work and saves no time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except KizashiError as error:
        sys.stderr.write(say(error, LANGUAGE) + "\n")
        sys.exit(_exit_code(error))


def _exit_code(error: KizashiError) -> int:
    """Give the code that says what kind of error it was."""
    if isinstance(error, Unknown):
        return NOT_FOUND
    if isinstance(error, Refused):
        return CONFLICT
    if type(error).__name__ == "NoConnection":  # its module is slow to load, and may not be
        return UNREACHED
    return _CODES.get(getattr(error, "status", 0), REFUSED)
