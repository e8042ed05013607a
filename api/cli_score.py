"""The command line for scores: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, RowOutput, _

_COLUMNS = _(
    "Score a table of forecasts, CSV or Parquet.\n\n"
    "Columns: question_id; probability (of yes), or probabilities (a list, one chance for each "
    "option); outcome (1 or 0, or the index of the option; empty while open). Optional: "
    "forecaster_id, kind, timestamp, open_time, close_time (as announced), end_time or "
    "resolve_time, topic, source, type, weight.\n\n"
    "With forecaster_id, timestamp, open_time and close_time, scores are averaged over the time in "
    "which a forecast stood, and baseline and peer scores stand beside; else each row is scored as "
    "it stands."
)

score_app = typer.Typer()


@score_app.command("score", help=_COLUMNS)
def score(
    file: Annotated[str, typer.Argument(help=_("CSV or Parquet file; - reads CSV from stdin."))],
    *,
    by: Annotated[
        str,
        typer.Option(help=_("One row for each of: forecaster, topic, period, type, source, kind.")),
    ] = "",
    plot: Annotated[
        str | None, typer.Option(help=_("Draw how well calibrated all forecasts are, as SVG."))
    ] = None,
    floor: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.1, help=_("Logarithms take chances within [floor, 1 - floor].")
        ),
    ] = 0.001,
    seed: Annotated[int, typer.Option(help=_("Settles the draws."))] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help=_("Leave out the null of MCB and E, which take long."))
    ] = False,
    output: RowOutput = None,
) -> None:
    """Score a table of forecasts."""
    from api.shell import scoring

    wanted = tuple(word.strip() for word in by.split(",") if word.strip())
    scoring.score(file, scoring.Wishes(wanted, plot, floor, seed, output, quick), LANGUAGE)
