"""The command line for forecasters: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, _

forecaster_app = typer.Typer(help=_("Forget forecasters."), no_args_is_help=True)


@forecaster_app.command("forget", help=_("Erase a profile for ever; the ledger stays as it is."))
def forget(
    forecaster: Annotated[str, typer.Argument(help=_("Id of the person or bot."))],
    database: Database = None,
) -> None:
    """Forget a person."""
    from api.shell import forgetting

    forgetting.forget(database, forecaster, LANGUAGE)
