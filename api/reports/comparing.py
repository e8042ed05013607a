"""Comparing editions of a report, and what is published of one."""

from typing import Any

from data.reports import BuiltReport

#: Sections that differ between editions although nothing of the quarter does.
_OF_EDITIONS = {"summary", "corrections", "methods"}

type Values = dict[str, Any]


def built_of(values: Values, files: dict[str, bytes]) -> BuiltReport:
    """Put values and files together as what can be published."""
    shown = {
        name: values[name]
        for name in ("title", "headline", "retrospective", "first", "last", "first_month")
    }
    origin = values["origin"]
    return BuiltReport(
        values["quarter"], values["edition"], origin["entries"], origin["hash"], shown, files
    )


def says_the_same(one: Values, other: Values) -> bool:
    """Tell whether two editions say the same of their quarter."""
    return _compared(one) == _compared(other)


def _compared(values: Values) -> dict[str, Any]:
    """Give what tells editions apart: the numbers of all tables and figures, and no words."""
    kept = {name: values[name] for name in ("format", "quarter", "headline", "retrospective")}
    blocks = [
        _wordless(block.get("rows", block.get("series")))
        for section in values["sections"]
        if section["name"] not in _OF_EDITIONS
        for block in section["blocks"]
        if block["block"] in ("table", "figure")
    ]
    return {**kept, "blocks": blocks}


def _wordless(value: Any) -> Any:
    """Give a value without how its sentences are said."""
    if isinstance(value, list):
        return [_wordless(one) for one in value]
    if isinstance(value, dict):
        if "message" in value:
            return value["message"]
        return {name: _wordless(one) for name, one in value.items()}
    return value
