"""Scoring a table of forecasts from the command line."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from api.language import translate
from api.shell.output import format_of_rows, print_rows, print_table
from api.shell.score_rows import rows_of_groups, words_of_row
from data.score_questions import whole_questions
from data.score_sums import Sums, require_agreement
from data.score_tables import ScoreTable, ValueUnfit, open_score_table, require_column
from forecasts.errors import KizashiError

#: What scores can be grouped by, and the column that it needs.
GROUPINGS = {
    "forecaster": "forecaster_id",
    "topic": "topic",
    "period": "",
    "type": "",
    "source": "source",
    "kind": "kind",
}
#: Any of these dates a period.
_DATES = ("resolve_time", "end_time", "close_time", "timestamp")
#: Width and height of the chart, in pixels; vl-convert bundles this Vega-Lite.
_PLOT_SIZE, _VEGA_LITE = (720, 480), "6.4"


class UnknownGrouping(KizashiError):
    """Scores are asked for by something that they cannot be grouped by."""

    message = "Scores cannot be grouped by that: give some of {groupings}, with commas between."


class NothingToScore(KizashiError):
    """No forecast of a table can be scored."""

    message = (
        "{path} has nothing to score: of {rows} forecasts, {unresolved} are of questions without "
        "an outcome, and {outside} stood at no time between open_time and the end."
    )


class NothingToDraw(KizashiError):
    """A calibration chart is asked for, and no forecast is of yes or no."""

    message = "{path} has no resolved yes-or-no forecast, which --plot needs."


class PlotUnwritable(KizashiError):
    """A chart is to be written where no file can be."""

    message = "{path} cannot be written. Give --plot a file in a folder that is there, as out.svg."


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to score a table.

    Attributes:
        by: some of GROUPINGS.
        plot: where to draw the calibration, if anywhere.
        floor: logarithms take chances within [floor, 1 - floor].
        seed: settles the draws.
        output: one of the formats of rows, or None.
        quick: leave out the two slow columns.
    """

    by: tuple[str, ...]
    plot: str | None
    floor: float
    seed: int
    output: str | None
    quick: bool = False


def score(file: str, wishes: Wishes, language: str) -> None:
    """Score a table, print a row for each group, and draw the calibration if that is wished.

    Raises:
        UnknownGrouping: it cannot be grouped so.
        TableUnreadable, ColumnMissing, ValueUnfit: something is wrong with the file.
        NothingToScore: no forecast of it can be scored.
        NothingToDraw, PlotUnwritable: there can be no chart, or not there.
    """
    form = format_of_rows(wishes.output)
    _require_place(wishes.plot)
    with _file(file) as path, Console(stderr=True).status(translate("Scoring", language)):
        table = open_score_table(path, file)
        _require_columns(table, wishes.by)
        sums = _summed(table, wishes, language)
        rows = rows_of_groups(sums, table, wishes.seed, quick=wishes.quick)
        if wishes.plot is not None:
            _draw(sums, table, wishes, language)
    if form == "table":
        print_table(*words_of_row(rows, sums, language))
    else:
        print_rows(rows, form)
    _tell(sums, language)


@contextmanager
def _file(file: str) -> Iterator[Path]:
    """Give the path of a file; what comes from stdin is put into one first."""
    if file != "-":
        yield Path(file)
        return
    with TemporaryDirectory(prefix="kizashi-score-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield path


def _require_columns(table: ScoreTable, by: tuple[str, ...]) -> None:
    """See to it that a table has what its scores are to be grouped by."""
    if not set(by) <= set(GROUPINGS):
        raise UnknownGrouping(groupings=", ".join(GROUPINGS))
    for word in by:
        if GROUPINGS[word]:
            require_column(table, GROUPINGS[word], f"--by {word}")
    if "period" in by and not set(_DATES) & set(table.columns):
        require_column(table, _DATES[0], "--by period")


def _require_place(plot: str | None) -> None:
    """See to it that a chart has a place, before minutes go by."""
    if plot is not None and (Path(plot).is_dir() or not Path(plot).absolute().parent.is_dir()):
        raise PlotUnwritable(path=plot)


def _summed(table: ScoreTable, wishes: Wishes, language: str) -> Sums:
    """Read a table and sum its scores; say what is wrong with it in the user's language."""
    sums = Sums(wishes.by, table.has_windows, wishes.floor)
    try:
        for rows in whole_questions(table):
            require_agreement(table, rows)
            sums.add(rows)
    except ValueUnfit as error:
        words = {key: translate(str(value), language) for key, value in error.facts.items()}
        raise ValueUnfit(**words) from error
    counts = {name: int(getattr(sums, name).sum()) for name in ("unresolved", "outside")}
    scored = int(sums.tallies.forecasts.sum())
    if not scored:
        raise NothingToScore(path=table.name, rows=sum(counts.values()), **counts)
    return sums


def _draw(sums: Sums, table: ScoreTable, wishes: Wishes, language: str) -> None:
    """Draw how well calibrated all yes-or-no forecasts are."""
    import vl_convert  # noqa: PLC0415  # 84 MB

    from api.pages.calibration_charts import (  # noqa: PLC0415  # loads Altair
        chart_of,
        measure_calibration,
    )
    from api.pages.canvas import Look  # noqa: PLC0415
    from api.pages.drawing import standing_alone  # noqa: PLC0415

    probability, outcome, count = sums.frequencies().pooled.of_group(0)
    if not len(count):
        raise NothingToDraw(path=table.name)
    stated, happened = np.repeat(probability, count), np.repeat(outcome, count)
    rng, look = np.random.default_rng(wishes.seed), Look(*_PLOT_SIZE, language)
    shown = measure_calibration(stated, happened, rng)
    chart = chart_of(replace(shown, is_linked=bool(sums.is_linked.any())), look)
    drawn = vl_convert.vegalite_to_svg(chart, vl_version=_VEGA_LITE)
    try:
        Path(str(wishes.plot)).write_text(standing_alone(drawn), encoding="utf-8")
    except OSError as error:
        raise PlotUnwritable(path=wishes.plot) from error


def _tell(sums: Sums, language: str) -> None:
    """Tell on stderr what the numbers do not say by themselves."""
    told = {
        "{count} forecasts are of questions without an outcome: they are not scored.": int(
            sums.unresolved.sum()
        ),
        "{count} forecasts stood at no time between open_time and the end: they are not scored.": (
            int(sums.outside.sum())
        ),
        "{count} rows have several forecasts of a question, which share its outcome: no null of "
        "MCB, z and E there. Try --by forecaster.": int(sums.is_linked.sum()),
        "ECE, MCB, DSC and UNC round probabilities to a millionth: there are too many.": int(
            sums.frequencies().is_rounded
        ),
        "Calibration looks at each forecaster's first forecast of a question.": int(
            sums.has_windows
        ),
    }
    for text, count in told.items():
        if count:
            sys.stderr.write(translate(text, language).format(count=f"{count:,}") + "\n")
