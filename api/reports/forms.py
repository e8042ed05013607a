"""The forms of a report: JSON, HTML and PDF in each language, and Parquet tables, as files."""

import hashlib
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from api.files import shipped_file
from api.language import translate
from api.pages.rendering import environment
from api.reports.editions import VALUES
from api.reports.figures import draw
from api.reports.layout import LaidFigure, LaidReport, Values, as_bytes, lay_out
from api.reports.parquet import parquet_files
from api.reports.pdf import has_typesetter, typeset


def files_of(
    values: Values, languages: Sequence[str], *, with_pdf: bool | None = None
) -> dict[str, bytes]:
    """Write a report in every form.

    Args:
        values: of the report, as JSON holds them.
        languages: of HTML and PDF; the values themselves hold all.
        with_pdf: None: where the extra `reports` is installed.

    Raises:
        TypesetterMissing: a PDF is wanted, and the extra is not there.
    """
    body = as_bytes(values)
    files = {VALUES: body, **parquet_files(values)}
    digest = hashlib.sha256(body).hexdigest()
    for language in languages:
        laid = lay_out(values, language)
        drawings = drawings_of(laid)
        files[f"report.{language}.html"] = _html(laid, values, drawings, digest)
        if with_pdf or (with_pdf is None and has_typesetter()):
            wide = {name: str(both[0]) for name, both in drawings.items()}
            files[f"report.{language}.pdf"] = typeset(laid, wide, digest)
    return files


def drawings_of(laid: LaidReport) -> dict[str, tuple[Any, Any]]:
    """Draw the figures of a report, wide and narrow, by name."""
    blocks = (block for section in laid.sections for block in section.blocks)
    figures = [block for block in blocks if isinstance(block, LaidFigure)]
    return {
        one.name: (draw(one, laid.language), draw(one, laid.language, is_wide=False))
        for one in figures
    }


def _html(
    laid: LaidReport, values: Values, drawings: dict[str, tuple[Any, Any]], digest: str
) -> bytes:
    """Write one file that works alone: no script, and nothing from elsewhere."""
    sheets = ("static/kizashi.css", "static/report.css")
    marks = {
        "quarter": values["quarter"],
        "edition": values["edition"],
        "entries": values["origin"]["entries"],
        "checkpoint": values["origin"]["hash"],
        "values-sha256": digest,
    }
    page = environment().get_template("report_alone.html")
    text = page.render(
        laid=laid,
        figures=drawings,
        marks=list(marks.items()),
        style=_joined(sheets),
        contents=translate("Contents", laid.language),
    )
    return text.encode()


def _joined(sheets: Sequence[str]) -> Any:
    """Put style sheets together; they are ours, and hold nothing that HTML would read."""
    texts = (shipped_file(sheet).read_text(encoding="utf-8") for sheet in sheets)
    return Markup("\n".join(texts))  # noqa: S704
