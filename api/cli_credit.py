"""The command line for credit: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, Output, _, reads

credit_app = typer.Typer()
leaderboard_app = typer.Typer(
    help=_("Rank submitters of evidence, sources, and voices."), no_args_is_help=True
)


@credit_app.command(
    "credit", help=_("Share out who moved forecasts towards what happened, in bits.")
)
def credit(
    question: Annotated[
        str | None, typer.Argument(help=_("Id of the question; all where none is given."))
    ] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Show credit."""
    from api.shell import crediting

    if question is None:
        crediting.show_all(database, output, LANGUAGE)
    else:
        crediting.show_one(database, question, output, LANGUAGE)


@leaderboard_app.command("evidence", help=_("Rank submitters by the bits that they added."))
def leaderboard_evidence(database: Database = None, output: Output = None) -> None:
    """Rank submitters."""
    from api.shell import crediting

    crediting.rank(database, "submitter", output, LANGUAGE)


@leaderboard_app.command("sources", help=_("Rank sources by the bits that they added."))
def leaderboard_sources(database: Database = None, output: Output = None) -> None:
    """Rank sources."""
    from api.shell import crediting

    crediting.rank(database, "source", output, LANGUAGE)


@leaderboard_app.command(
    "markets", help=_("Rank the voices of a platform on its own resolved markets.")
)
@reads
def leaderboard_markets(
    platform: Annotated[str, typer.Argument(help=_("Name of the platform, such as manifold."))],
    average: Annotated[
        str, typer.Option(help=_("time: by how long prices stood; prices: each counts once."))
    ] = "time",
    database: Database = None,
    output: Output = None,
) -> None:
    """Rank the voices of a platform."""
    from api.shell import markets

    markets.rank(database, platform, average, output, LANGUAGE)


@leaderboard_app.command(
    "voices", help=_("Rank the model, the opening prior and the naive sum of evidence.")
)
def leaderboard_voices(database: Database = None, output: Output = None) -> None:
    """Rank voices."""
    from api.shell import crediting

    crediting.rank_all_voices(database, output, LANGUAGE)
