"""The PDF of a report: typeset by Typst, tagged, with a Japanese font that comes along."""

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from api.files import shipped_file
from api.language import translate
from api.pages.drawing import standing_alone
from api.reports.layout import LaidReport
from forecasts.errors import Refused

#: Packages that hold nothing but a font, and what Typst calls it.
_FONTS = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
_FAMILY = "Noto Sans CJK JP"
_ROOT = re.compile(r"<svg ")


class TypesetterMissing(Refused):
    """A PDF is wanted, and what makes it is not installed."""

    message = (
        "A PDF needs the extra `reports` ({missing} is not there): "
        "python3 -m pip install 'kizashi[reports]'. HTML, JSON and Parquet need nothing more."
    )


def has_typesetter() -> bool:
    """Tell whether PDFs can be made here."""
    return not _missing()


def typeset(laid: LaidReport, figures: dict[str, str], digest: str) -> bytes:
    """Set a report as PDF/UA-1; the same report gives the same bytes.

    Args:
        figures: drawings by name, as SVG.
        digest: hash of the report's values, which the PDF carries.

    Raises:
        TypesetterMissing: the extra `reports` is not installed.
    """
    if missing := _missing():
        raise TypesetterMissing(missing=missing)
    import typst  # noqa: PLC0415  # 81 MB, of an extra

    data = asdict(laid) | {
        "figures": {name: _as_file(svg) for name, svg in figures.items()},
        "words": {
            "contents": translate("Contents", laid.language),
            "page": translate("Page", laid.language),
        },
        "keywords": [f"kizashi-values-sha256-{digest}"],
        "font": _FAMILY,
    }
    for section in data["sections"]:
        for block in section["blocks"]:
            block.pop("values", None)  # drawn already
    fonts: list[Any] = _font_folders()
    compiled: Any = typst.compile(
        shipped_file("templates/report.typ").read_bytes(),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    content: bytes = compiled
    return content


def _missing() -> str:
    """Name the first package that is not there."""
    return next((name for name in ("typst", *_FONTS) if find_spec(name) is None), "")


@cache
def _font_folders() -> list[str]:
    """Give the folders of the fonts."""
    found = []
    for name in _FONTS:
        spec = find_spec(name)
        assert spec is not None
        places = list(spec.submodule_search_locations or [str(Path(str(spec.origin)).parent)])
        found += places
    return found


def _as_file(svg: str) -> str:
    """Give a drawing in the colours of paper, with the font of the document."""
    alone = standing_alone(svg).replace('fill="var(--paper)"/>', 'fill="none"/>', 1)
    named = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{_FAMILY}" '
    return _ROOT.sub(named, alone, count=1)
