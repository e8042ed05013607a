"""The command line for exports: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, _

export_app = typer.Typer()


@export_app.command("export", help=_("Write all data into a folder, with what the columns hold."))
def export(
    folder: Annotated[str, typer.Argument(help=_("Folder to write; it must be new or empty."))],
    form: Annotated[str, typer.Option("--form", help=_("parquet, csv or json."))] = "parquet",
    as_of: Annotated[str | None, typer.Option(help=_("State at a past day or moment."))] = None,
    *,
    hub: Annotated[bool, typer.Option("--hub", help=_("A modelling hub (hubverse)."))] = False,
    database: Database = None,
) -> None:
    """Export all data."""
    from api.shell import exporting

    exporting.export(database, folder, form, as_of, LANGUAGE, hub=hub)
