"""The command line for operation, backups and settings: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, Output, _, reads

operation_app = typer.Typer()


@operation_app.command(help=_("Copy the database to a new file, also while a server writes."))
def backup(
    file: Annotated[str, typer.Argument(help=_("File to write; one that exists is refused."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Write a backup."""
    from api.shell import backing_up

    backing_up.backup(database, file, output, LANGUAGE)


@operation_app.command(help=_("Put a backup in the place of a database that no server holds."))
def restore(
    file: Annotated[str, typer.Argument(help=_("File that `kizashi backup` wrote."))],
    database: Database = None,
    expected: Annotated[
        str | None, typer.Option("--hash", help=_("Newest hash, from where you kept it."))
    ] = None,
    output: Output = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Put a database that is there aside."))
    ] = False,
) -> None:
    """Restore a backup."""
    from api.shell import backing_up

    backing_up.restore(database, file, expected, output, LANGUAGE, replace=replace)


@operation_app.command(help=_("Show every setting in force, and what set it."))
def settings(output: Output = None) -> None:
    """Show settings."""
    from api.shell import settings as shell

    shell.show_settings(output, LANGUAGE)


@operation_app.command("mcp", help=_("Give the tools of a server to an agent that starts this."))
@reads
def mcp() -> None:
    """Serve tools over stdio."""
    from api.shell import agents

    agents.speak_over_stdio(LANGUAGE)
