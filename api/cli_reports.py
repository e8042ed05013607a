"""The command line for reports: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, Output, _, asks

report_app = typer.Typer(
    help=_("Build quarterly calibration reports, list them, and compute them again."),
    no_args_is_help=True,
)


@report_app.command("build", help=_("Build the report of a quarter, and publish it."))
@asks
def build(
    quarter: Annotated[str, typer.Argument(help=_("2025Q4, or FY2025Q3 for a fiscal year's."))],
    lang: Annotated[str, typer.Option(help=_("Languages of HTML and PDF: en, ja, or en,ja."))] = (
        "en,ja"
    ),
    to: Annotated[str | None, typer.Option(help=_("A new folder that gets the files."))] = None,
    *,
    draft: Annotated[
        bool, typer.Option("--draft", help=_("Write the files only, and publish nothing."))
    ] = False,
    people: Annotated[
        bool,
        typer.Option("--people", help=_("Score people alone, which takes no replay.")),
    ] = False,
    entries: Annotated[
        int | None,
        typer.Option(help=_("Read only so many entries of the ledger; drafts only.")),
    ] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Build a report."""
    from api.shell import reporting

    wishes = reporting.Wishes(quarter, lang, to, draft, people, entries)
    reporting.build(database, wishes, output, LANGUAGE)


@report_app.command("list", help=_("List the published reports with their headline numbers."))
@asks
def list_reports(database: Database = None, output: Output = None) -> None:
    """List reports."""
    from api.shell import reporting

    reporting.list_all(database, output, LANGUAGE)


@report_app.command(
    "verify", help=_("Compute a report again from the ledger, and say whether it is equal.")
)
def verify(
    file: Annotated[str, typer.Argument(help=_("A report: .json, .html or .pdf."))],
    database: Database = None,
) -> None:
    """Verify a report."""
    from api.shell import verifying

    raise typer.Exit(verifying.verify(database, file, LANGUAGE))
