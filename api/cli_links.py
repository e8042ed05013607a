"""The command line for links with markets, and for where we and they differ: what can be said."""

from typing import Annotated

import typer

from api.cli_markets import markets_app
from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, reads, writes

Question = Annotated[str, typer.Argument(help=_("Id of the question."))]
Market = Annotated[str, typer.Argument(help=_("Id of the market, such as manifold:ID."))]


@markets_app.command(
    "candidates", help=_("Find markets for a question, or questions for a market.")
)
@reads
def candidates(
    question: Annotated[str | None, typer.Option(help=_("Id of the question."))] = None,
    market: Annotated[
        str | None, typer.Option(help=_("Id of the market, such as manifold:ID."))
    ] = None,
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """Find candidates for links."""
    from api.shell import linking

    linking.list_candidates(database, question, market, output, LANGUAGE)


@markets_app.command("link", help=_("Link a question with a market, having read both."))
@writes
def link(
    question: Question,
    market: Market,
    relation: Annotated[
        str,
        typer.Option(
            help=_("Ours to theirs: same, complement, implies, implied_by, excludes or overlaps.")
        ),
    ],
    mismatch: Annotated[
        float, typer.Option(help=_("Chance that they come out otherwise than the relation says."))
    ],
    reason: Annotated[str | None, typer.Option(help=_("Why, in a sentence or two."))] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Link a question with a market."""
    from api.shell import linking

    said = {"relation": relation, "mismatch": mismatch, "reason": reason}
    linking.link(database, question, market, said, output, LANGUAGE)


@markets_app.command("decline", help=_("Decline a pair: it is kept, and not proposed again."))
@writes
def decline(
    question: Question,
    market: Market,
    reason: Annotated[str | None, typer.Option(help=_("Why, in a sentence or two."))] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Decline a pair."""
    from api.shell import linking

    linking.decline(database, question, market, reason, output, LANGUAGE)


@markets_app.command("unlink", help=_("Remove a link, with the reason in the ledger."))
@writes
def unlink(
    link: Annotated[str, typer.Argument(help=_("Id of the link."))],
    reason: Annotated[str, typer.Option(help=_("Why, in a sentence or two."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Remove a link."""
    from api.shell import linking

    linking.unlink(database, link, reason, output, LANGUAGE)


@markets_app.command("differences", help=_("Tell where we and linked markets differ, and why."))
@reads
def differences(
    question: Annotated[str | None, typer.Option(help=_("Id of the question."))] = None,
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """Tell where we and the markets differ."""
    from api.shell import linking

    linking.list_differences(database, question, output, LANGUAGE)


#: `kizashi markets`, with what this file adds to it.
linked_markets_app = markets_app
