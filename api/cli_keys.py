"""The command line for keys: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, ListOutput, _, reads

key_app = typer.Typer(help=_("Make, list, renew and end API keys."), no_args_is_help=True)
KeyId = Annotated[str, typer.Argument(help=_("Id of the key: the part after kz_."))]


@key_app.command("create", help=_("Make a key for a person or bot; it is shown once."))
def key_create(
    name: Annotated[
        str | None, typer.Argument(help=_("Name of whoever will use it; without it: --actor."))
    ] = None,
    role: Annotated[str, typer.Option(help=_("reader, forecaster, resolver or admin."))] = (
        "forecaster"
    ),
    kind: Annotated[str, typer.Option(help=_("person or bot."))] = "person",
    actor: Annotated[str | None, typer.Option(help=_("Id of who is known already."))] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help=_("What it is for, such as forecasts; repeatable."))
    ] = None,
    label: Annotated[str, typer.Option(help=_("Words to tell keys apart."))] = "",
    expires: Annotated[
        str | None, typer.Option(help=_("Day on which it ends; else never."))
    ] = None,
    database: Database = None,
) -> None:
    """Make an API key."""
    from api.shell import keys

    if (name is None) == (actor is None):
        raise typer.BadParameter(_("Give a name, or --actor."))
    whose = {"actor": actor} if actor else {"name": name, "kind": kind}
    body = {**whose, "role": role, "scopes": scope or [], "label": label, "expires": expires}
    keys.create_key(database, body, LANGUAGE)


@key_app.command("list", help=_("List all keys, newest first; never their secrets."))
@reads
def key_list(database: Database = None, output: ListOutput = None) -> None:
    """List API keys."""
    from api.shell import keys

    keys.list_keys(database, output, LANGUAGE)


@key_app.command("rotate", help=_("Give a key a new secret; it is shown once."))
def key_rotate(
    key: KeyId,
    grace: Annotated[
        float, typer.Option(min=0, max=24, help=_("Hours for which the old secret works on."))
    ] = 0,
    database: Database = None,
) -> None:
    """Renew an API key."""
    from api.shell import keys

    keys.rotate_key(database, key, grace, LANGUAGE)


@key_app.command("revoke", help=_("End a key, at once and for good."))
def key_revoke(key: KeyId, database: Database = None) -> None:
    """End an API key."""
    from api.shell import keys

    keys.revoke_key(database, key, LANGUAGE)


@key_app.command("role", help=_("Say what somebody may do at most; all keys follow at once."))
def key_role(
    actor: Annotated[str, typer.Argument(help=_("Id of the person or bot."))],
    role: Annotated[str, typer.Argument(help=_("reader, forecaster, resolver or admin."))],
    database: Database = None,
) -> None:
    """Change a role."""
    from api.shell import keys

    keys.grant_role(database, actor, role, LANGUAGE)
