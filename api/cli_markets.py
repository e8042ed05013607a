"""The command line for markets of other platforms: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, asks, reads

markets_app = typer.Typer(
    help=_("Read prediction markets of other platforms."), no_args_is_help=True
)
Platform = Annotated[str, typer.Argument(help=_("Name of the platform, such as manifold."))]
Platforms = Annotated[
    list[str] | None,
    typer.Argument(help=_("Names of platforms; without any, those of market_sync_platforms.")),
]
MarketId = Annotated[str, typer.Argument(help=_("Id of the market, such as manifold:ID."))]


@markets_app.command("sync", help=_("Read platforms from where they were left."))
@asks
def sync(
    platforms: Platforms = None,
    database: Database = None,
    *,
    history: Annotated[
        bool,
        typer.Option("--all-history", help=_("Read the history of every market, not of followed.")),
    ] = False,
) -> None:
    """Sync platforms."""
    from api.shell import markets

    markets.sync(database, platforms or [], LANGUAGE, follows_all=history)


@markets_app.command("list", help=_("List markets with their newest prices."))
@reads
def list_(
    platform: Annotated[str | None, typer.Option(help=_("Only of this platform."))] = None,
    status: Annotated[
        str | None, typer.Option(help=_("Only those that are open, closed, resolved or void."))
    ] = None,
    words: Annotated[
        str | None, typer.Option("--query", help=_("Only those with these words in the title."))
    ] = None,
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """List markets."""
    from api.shell import markets

    filters = {"platform": platform, "status": status, "q": words}
    markets.list_markets(database, filters, output, LANGUAGE)


@markets_app.command("health", help=_("Tell how reading the platforms goes."))
@reads
def health(
    platform: Annotated[str | None, typer.Argument(help=_("Name of the platform."))] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Tell the health of platforms."""
    from api.shell import markets

    markets.health(database, platform, output, LANGUAGE)


@markets_app.command("follow", help=_("Have the history of a market's prices read, or no longer."))
@asks
def follow(
    market: MarketId,
    database: Database = None,
    *,
    stop: Annotated[bool, typer.Option("--stop", help=_("No longer."))] = False,
) -> None:
    """Follow a market."""
    from api.shell import markets

    markets.follow(database, market, LANGUAGE, wanted=not stop)


@markets_app.command(
    "replay", help=_("Read the answers that were kept again, as a mended parser does.")
)
def replay(platform: Platform, database: Database = None) -> None:
    """Replay a platform."""
    from api.shell import markets

    markets.replay(database, platform, LANGUAGE)


@markets_app.command("import", help=_("Import a CSV or Parquet file, or a folder of two."))
def import_(
    file: Annotated[str, typer.Argument(help=_("File, or folder with questions and forecasts."))],
    platform: Annotated[
        str | None, typer.Option(help=_("What its platform is called; else its source or name."))
    ] = None,
    source: Annotated[
        str | None, typer.Option(help=_("Only the rows of this source; comma between several."))
    ] = None,
    database: Database = None,
) -> None:
    """Import a file."""
    from api.shell import markets

    markets.import_file(database, file, platform, source, LANGUAGE)
