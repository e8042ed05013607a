"""The pages of reports: all with their trend, one as it was published, and the methods."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from api.instance import Instance
from api.language import translate
from api.pages.drawing import Drawings
from api.reports.editions import VALUES
from api.reports.figures import draw
from api.reports.forms import drawings_of
from api.reports.layout import LaidFigure, LaidReport, lay_out, say_sentence
from api.words import bits_in_words, day_in_words
from data.reports import read_file, read_file_names, read_report, read_reports
from forecasts.reports.methods import METHODS
from forecasts.reports.naming import quarter_in_words
from forecasts.reports.quarters import read_quarter
from forecasts.times import day_of

#: Forms that are offered first, beside the tables.
_FORMS = ("html", "pdf", "json")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """The newest edition of a quarter's report, in the list."""

    address: str
    quarter: str
    edition: str
    published: str
    questions: str
    loss: str
    interval: str
    brier: str
    gain: str
    label: str


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """All reports, the newest quarter first, and the trend across them."""

    title: str
    lines: tuple[ReportLine, ...]
    trend: tuple[Any, Any] | None
    caption: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a report, or another edition."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with its files and other editions."""

    title: str
    laid: LaidReport
    figures: dict[str, tuple[Any, Any]]
    forms: tuple[Download, ...]
    tables: tuple[Download, ...]
    editions: tuple[Download, ...]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """Methods: title and sentences of each part."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def reports_page(instance: Instance, first_month: int, language: str) -> ReportsPage:
    """List the newest edition of every quarter."""
    with instance.database.read() as connection:
        rows = {row.quarter: row for row in read_reports(connection)}
    shown = [(row, json.loads(row.body)) for row in rows.values()]
    lines = tuple(_line(row, body, first_month, language) for row, body in reversed(shown))
    figure = _trend([(row.quarter, body["headline"]) for row, body in shown], language)
    drawn = None
    if figure is not None:
        drawn = draw(figure, language), draw(figure, language, is_wide=False)
    return ReportsPage(
        title=translate("Reports", language),
        lines=lines,
        trend=drawn,
        caption=figure.caption if figure else "",
    )


def report_page(
    instance: Instance,
    drawings: Drawings,
    which: tuple[str, int | None],
    first_month: int,
    language: str,
) -> ReportPage:
    """Lay out a published report, from the values that were published.

    Raises:
        NoQuarter, UnknownReport: there is none.
    """
    name, edition = which
    with instance.database.read() as connection:
        row = read_report(connection, read_quarter(name, first_month).name, edition)
        files = [one.name for one in read_file_names(connection, row.id)]
        editions = [one.edition for one in read_reports(connection, quarter=row.quarter)]
        values = json.loads(read_file(connection, row.id, VALUES).body)
    laid = lay_out(values, language)
    base = f"/api/v1/reports/{row.quarter}"
    offered = [Download(one, f"{base}/{one}?edition={row.edition}") for one in files]
    words = translate("Edition {edition}", language)
    return ReportPage(
        title=laid.title,
        laid=laid,
        figures=drawings.get((row.id, language), lambda: drawings_of(laid)),
        forms=tuple(one for one in offered if one.name.rpartition(".")[2] in _FORMS),
        tables=tuple(one for one in offered if one.name.endswith(".parquet")),
        editions=tuple(
            Download(words.format(edition=one), f"/reports/{row.quarter}?edition={one}")
            for one in editions
            if one != row.edition
        ),
        is_newest=row.edition == editions[-1],
    )


def methods_page(language: str) -> MethodsPage:
    """Say how all this is computed."""
    parts = tuple(
        (
            say_sentence(asdict(title), language),
            tuple(say_sentence(asdict(one), language) for one in sentences),
        )
        for title, sentences in METHODS
    )
    return MethodsPage(translate("Methods in plain words", language), parts)


def _line(row: Any, body: dict[str, Any], first_month: int, language: str) -> ReportLine:
    """Give a report's line."""
    numbers = body["headline"]
    words = quarter_in_words(read_quarter(row.quarter), first_month)
    low, high = numbers["low"], numbers["high"]
    labels = {
        "all": translate("Retrospective scores", language),
        "some": translate("Partly retrospective scores", language),
    }
    return ReportLine(
        address=f"/reports/{row.quarter}",
        quarter=say_sentence(asdict(words), language),
        edition=translate("Edition {edition}", language).format(edition=row.edition),
        published=day_in_words(day_of(row.published_at).isoformat(), language),
        questions=f"{numbers['questions']:,}",
        loss=_score(numbers["log2_loss"]),
        interval="" if low is None or high is None else f"[{low:.3f} – {high:.3f}]",
        brier=_score(numbers["brier"]),
        gain="–" if numbers["bits"] is None else bits_in_words(numbers["bits"]),
        label=labels.get(body["retrospective"], ""),
    )


def _trend(headlines: list[tuple[str, dict[str, Any]]], language: str) -> LaidFigure | None:
    """Give the trend across published quarters; None for fewer than two."""
    scored = [(quarter, one) for quarter, one in headlines if one["log2_loss"] is not None]
    if len(scored) < 2:
        return None
    columns = {name: [one[name] for _, one in scored] for name in ("log2_loss", "low", "high")}
    columns["quarter"] = [quarter for quarter, _ in scored]
    columns["questions"] = [one["questions"] for _, one in scored]
    caption = translate(
        "Bits lost per question by quarter, as the newest edition of each report has it.", language
    )
    return LaidFigure("trend", caption, {"drawn": "trend", "series": {"quarters": columns}})


def _score(value: float | None) -> str:
    """Write a score."""
    return "–" if value is None else f"{value:.3f}"
