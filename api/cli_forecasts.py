"""The command line for forecasts and for searching: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, reads, writes

forecast_app = typer.Typer(
    help=_("Submit forecasts, withdraw them, and see them."), no_args_is_help=True
)
search_app = typer.Typer()


@forecast_app.command("submit", help=_("Submit a forecast in words, or one or many from a file."))
@writes
def forecast_submit(
    question: Annotated[str | None, typer.Argument(help=_("Id of the question."))] = None,
    probability: Annotated[float | None, typer.Option(help=_("Chance of yes, 0 to 1."))] = None,
    quantile: Annotated[
        list[str] | None,
        typer.Option(help=_("percent=value, such as 50=2027-01-31 or 90=3.5; repeatable.")),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help=_("option=chance, of each option; repeatable."))
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help=_("day=chance that it has come by then; repeatable.")),
    ] = None,
    rationale: Annotated[str | None, typer.Option(help=_("Why, in a sentence or two."))] = None,
    file: Annotated[
        str | None,
        typer.Option(help=_("JSON or YAML of one forecast, or of many in `items`; - reads stdin.")),
    ] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Submit a forecast."""
    from api.shell import forecasting

    if (question is None) == (file is None):
        raise typer.BadParameter(_("Give a question, or --file."))
    words = {
        "question": question,
        "probability": probability,
        "quantiles": forecasting.pairs(quantile),
        "probabilities": forecasting.pairs(option),
        "by": forecasting.pairs(by),
        "rationale": rationale,
    }
    forecasting.submit(database, file, words, output, LANGUAGE)


@forecast_app.command("withdraw", help=_("Withdraw a forecast; the ledger keeps both."))
@writes
def forecast_withdraw(
    forecast: Annotated[str, typer.Argument(help=_("Id of the forecast."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Withdraw a forecast."""
    from api.shell import forecasting

    forecasting.withdraw(database, forecast, output, LANGUAGE)


@forecast_app.command("list", help=_("List forecasts, newest first."))
@reads
def forecast_list(
    question: Annotated[str | None, typer.Option(help=_("Id of the question."))] = None,
    forecaster: Annotated[str | None, typer.Option(help=_("Id of the person or bot."))] = None,
    *,
    standing: Annotated[bool, typer.Option("--standing", help=_("Only those that stand."))] = False,
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """List forecasts."""
    from api.shell import forecasting

    filters = {"question": question, "forecaster": forecaster, "standing": standing or None}
    forecasting.list_forecasts(database, filters, output, LANGUAGE)


@search_app.command("search", help=_("Search questions, evidence, sources and documents by words."))
@reads
def search(
    words: Annotated[list[str], typer.Argument(help=_("Words, all of which must be there."))],
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """Search."""
    from api.shell import listing

    listing.search(database, " ".join(words), output, LANGUAGE)
