"""The command line for what-ifs and scenarios: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, reads, writes

what_if_app = typer.Typer()
scenario_app = typer.Typer(help=_("Store scenarios, and look at them."), no_args_is_help=True)


@what_if_app.command("what-if", help=_("Ask what would be if something were learned, or made so."))
@reads
def what_if(
    learn: Annotated[
        list[str] | None,
        typer.Option(
            help=_(
                "question:yes, question:OPTION, question:by=DAY, question:after=DAY, "
                "question:at-least=N, driver:at-most=N; repeatable."
            )
        ),
    ] = None,
    make: Annotated[
        list[str] | None,
        typer.Option(help=_("The same, or driver:N in standard deviations; repeatable.")),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help=_("Question of which to say what to watch for it."))
    ] = None,
    world: Annotated[str, typer.Option(help=_("Id of the world."))] = "deepseek-r2",
    database: Database = None,
    output: Output = None,
) -> None:
    """Ask a what-if."""
    from api.shell import supposing

    supposing.what_if(database, world, learn or [], make or [], target, output, LANGUAGE)


@scenario_app.command("add", help=_("Store a scenario from a JSON or YAML file; - reads stdin."))
@writes
def scenario_add(
    file: Annotated[str, typer.Argument(help=_("JSON or YAML file; - reads stdin."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Store a scenario."""
    from api.shell import supposing

    supposing.add_scenario(database, file, output, LANGUAGE)


@scenario_app.command("list", help=_("List the scenarios and how likely each is."))
@reads
def scenario_list(database: Database = None, output: ListOutput = None) -> None:
    """List scenarios."""
    from api.shell import supposing

    supposing.list_scenarios(database, output, LANGUAGE)


@scenario_app.command("show", help=_("Show a scenario: every question under it, and its history."))
@reads
def scenario_show(
    scenario: Annotated[str, typer.Argument(help=_("Id of the scenario."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Show one scenario."""
    from api.shell import supposing

    supposing.show_scenario(database, scenario, output, LANGUAGE)
