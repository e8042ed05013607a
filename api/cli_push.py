"""The command line for what is pushed: following events, and webhooks."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, Output, _, asks, writes

push_app = typer.Typer()
webhook_app = typer.Typer(help=_("Have events posted to an address."), no_args_is_help=True)
push_app.add_typer(webhook_app, name="webhook")
Kinds = Annotated[
    str | None,
    typer.Option(help=_("Kinds of events, with commas between, such as evidence,resolution.")),
]
Followed = Annotated[str | None, typer.Option(help=_("Only what names or moves this question."))]
WebhookId = Annotated[str, typer.Argument(help=_("Id of the webhook."))]


@push_app.command(help=_("Follow what happens, as it happens; comes back after a break."))
@asks
def watch(
    kinds: Kinds = None,
    question: Followed = None,
    since: Annotated[
        int | None, typer.Option(help=_("Begin after this entry of the ledger; else now."))
    ] = None,
    count: Annotated[int | None, typer.Option(help=_("End after so many events."))] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Follow events."""
    from api.shell import pushing

    pushing.watch(database, kinds, question, since, count, output, LANGUAGE)


@webhook_app.command("add", help=_("Make a webhook; its secret is shown once."))
@writes
def webhook_add(
    url: Annotated[str, typer.Argument(help=_("Where to post; https:."))],
    kinds: Kinds = None,
    question: Followed = None,
    database: Database = None,
) -> None:
    """Make a webhook."""
    from api.shell import pushing

    pushing.add_webhook(database, url, kinds, question, LANGUAGE)


@webhook_app.command("list", help=_("List webhooks, and how they fare."))
@asks
def webhook_list(database: Database = None, output: Output = None) -> None:
    """List webhooks."""
    from api.shell import pushing

    pushing.list_webhooks(database, output, LANGUAGE)


@webhook_app.command("test", help=_("Send a test message, and tell what was answered."))
@asks
def webhook_test(webhook: WebhookId, database: Database = None) -> None:
    """Try a webhook out."""
    from api.shell import pushing

    pushing.ask_for(database, "POST", f"/webhooks/{webhook}/test", LANGUAGE)


@webhook_app.command("remove", help=_("Remove a webhook, with all that is on its way to it."))
@asks
def webhook_remove(webhook: WebhookId, database: Database = None) -> None:
    """Remove a webhook."""
    from api.shell import pushing

    pushing.ask_for(database, "DELETE", f"/webhooks/{webhook}", LANGUAGE)
