"""The command line for signing people in: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, _

sign_in_app = typer.Typer()


@sign_in_app.command("sign-in", help=_("Make a link that signs somebody in to the pages, once."))
def sign_in(
    name: Annotated[str, typer.Argument(help=_("Name or id of the person."))],
    database: Database = None,
    *,
    mail: Annotated[bool, typer.Option("--mail", help=_("Mail it, and do not print it."))] = False,
) -> None:
    """Print or mail a link."""
    from api.shell import signing_in

    signing_in.make_link(database, name, LANGUAGE, mail=mail)


@sign_in_app.command("contact", help=_("Keep somebody's address or GitHub login."))
def contact(
    actor: Annotated[str, typer.Argument(help=_("Id of the person or bot."))],
    email: Annotated[str | None, typer.Option(help=_("Where links are mailed."))] = None,
    github: Annotated[str | None, typer.Option(help=_("Login by which he signs in."))] = None,
    database: Database = None,
) -> None:
    """Keep a contact."""
    from api.shell import signing_in

    signing_in.set_contact(database, actor, email, github, LANGUAGE)
