"""A report in one language, ready to be set: every sentence said, every cell written."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from api.language import LANGUAGES, translate
from api.words import bits_in_words, day_in_words, percent
from forecasts.reports.values import Report

#: A hyphen before a number, where none of a word or a date stands before it.
_MINUS = re.compile(r"(?<![\w.\-])-(?=[0-9])")
_NOTHING = "–"
#: Scores above it, which only money can have, are not written out.
_LARGE = 1_000_000

type Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LaidCell:
    """A cell: its words, its interval, and the language of words that are not the reader's."""

    text: str
    interval: str
    language: str | None


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table as readers see it; `left_out` says how many rows files alone hold."""

    name: str
    caption: str
    headings: tuple[str, ...]
    are_numbers: tuple[bool, ...]
    rows: tuple[tuple[LaidCell, ...], ...]
    left_out: str
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class LaidFigure:
    """A figure, to be drawn from its values."""

    name: str
    caption: str
    values: Values
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class LaidWords:
    """A paragraph, a list of sentences, or a heading."""

    kind: Literal["paragraph", "list", "heading"]
    sentences: tuple[str, ...]


type LaidBlock = LaidTable | LaidFigure | LaidWords


@dataclass(frozen=True, slots=True)
class LaidSection:
    """A section with its blocks."""

    name: str
    title: str
    blocks: tuple[LaidBlock, ...]


@dataclass(frozen=True, slots=True)
class LaidReport:
    """A report in a language.

    Attributes:
        label: what is said of all its scores; empty where nothing is.
        made: from which checkpoint, and by what.
    """

    language: str
    title: str
    days: str
    edition: str
    label: str
    made: tuple[tuple[str, str], ...]
    sections: tuple[LaidSection, ...]


def as_values(report: Report) -> Values:
    """Give a report as values that JSON can hold."""
    values: Values = _said(_plain(asdict(report)))
    return values


def as_bytes(values: Values) -> bytes:
    """Write a report's values: the same ones give the same bytes."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def lay_out(values: Values, language: str) -> LaidReport:
    """Say a report in a language."""
    days = translate("{first} to {last}", language)
    edition = translate("Edition {edition}", language)
    labels = {
        "all": translate("Retrospective scores", language),
        "some": translate("Partly retrospective scores", language),
    }
    return LaidReport(
        language=language,
        title=say_sentence(values["title"], language),
        days=days.format(
            first=day_in_words(values["first"]["day"], language),
            last=day_in_words(values["last"]["day"], language),
        ),
        edition=edition.format(edition=values["edition"]),
        label=labels.get(values["retrospective"], ""),
        made=_made(values, language),
        sections=tuple(
            LaidSection(
                section["name"],
                say_sentence(section["title"], language),
                tuple(_block(block, language) for block in section["blocks"]),
            )
            for section in values["sections"]
        ),
    )


def say_sentence(sentence: Values, language: str) -> str:
    """Say a sentence with its facts; as it was said before, if it was."""
    if sentence[language]:
        said: str = sentence[language]
        return said
    facts = {name: _fact(fact, language) for name, fact in sentence["facts"].items()}
    return _MINUS.sub("\N{MINUS SIGN}", translate(sentence["message"], language).format(**facts))


def _plain(value: Any) -> Any:
    """Give a value in the terms of JSON: no NaN, no numbers of numpy."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _said(value: Any) -> Any:
    """Say every sentence in every language."""
    if isinstance(value, list):
        return [_said(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "message" in value:
        return value | {language: say_sentence(value, language) for language in LANGUAGES}
    return {name: _said(one) for name, one in value.items()}


def _fact(fact: Any, language: str) -> Any:
    """Give what stands in a place of a sentence."""
    if not isinstance(fact, dict):
        return fact
    if "message" in fact:
        return say_sentence(fact, language)
    if "day" in fact:
        return day_in_words(fact["day"], language)
    return fact["ja"] if language == "ja" and fact["ja"] else fact["en"]


def _made(values: Values, language: str) -> tuple[tuple[str, str], ...]:
    """Say what the report was built from."""
    origin = values["origin"]
    place = translate("{entries:,} entries, {hash}", language)
    rows = [
        (
            translate("Checkpoint of the ledger", language),
            place.format(entries=origin["entries"], hash=origin["hash"]),
        )
    ]
    made = ", ".join(f"{name} {version}" for name, version in sorted(origin["made_with"].items()))
    rows.append((translate("Made with", language), made))
    return tuple(rows)


def _block(block: Values, language: str) -> LaidBlock:
    """Lay out a block."""
    if block["block"] == "table":
        return _table(block, language)
    if block["block"] == "figure":
        return LaidFigure(block["name"], say_sentence(block["caption"], language), block)
    if block["block"] == "heading":
        return LaidWords("heading", (say_sentence(block["words"], language),))
    said = tuple(say_sentence(one, language) for one in block["sentences"])
    return LaidWords("list" if block["is_list"] else "paragraph", said)


def _table(table: Values, language: str) -> LaidTable:
    """Lay out a table: the columns and rows that readers see."""
    columns = table["columns"]
    places = {column["name"]: place for place, column in enumerate(columns)}
    shown = [column for column in columns if column["is_shown"]]
    rows = table["rows"][: table["most"] or None]
    left = len(table["rows"]) - len(rows)
    more = translate("{count:,} rows more are in the file {name}.parquet.", language)
    return LaidTable(
        name=table["name"],
        caption=say_sentence(table["caption"], language),
        headings=tuple(say_sentence(column["heading"], language) for column in shown),
        are_numbers=tuple(column["form"] in _WRITTEN for column in shown),
        rows=tuple(tuple(_cell(row, one, places, language) for one in shown) for row in rows),
        left_out=more.format(count=left, name=table["name"]) if left else "",
    )


def _cell(row: list[Any], column: Values, places: dict[str, int], language: str) -> LaidCell:
    """Lay out a cell with its interval."""
    value, form = row[places[column["name"]]], column["form"]
    interval = ""
    if column["interval"] is not None:
        low, high = (row[places[end]] for end in column["interval"])
        if low is not None and high is not None:
            ends = (_written(end, form, language) for end in (low, high))
            interval = "[{} – {}]".format(*ends)
    is_text = isinstance(value, dict) and "en" in value and "message" not in value
    foreign = "en" if is_text and language == "ja" and not value["ja"] else None
    return LaidCell(_written(value, form, language), interval, foreign)


def _written(value: Any, form: str, language: str) -> str:
    """Write a value in its form."""
    if value is None or value == "":
        return _NOTHING
    if form == "chance":
        return percent(value, language)
    if form == "bits":
        return bits_in_words(value)
    if form == "score" and value > _LARGE:
        return f"> {_LARGE:,}"
    if form in _WRITTEN:
        return _MINUS.sub("\N{MINUS SIGN}", _WRITTEN[form].format(value))
    return str(_fact(value, language))


#: How numbers are written; the other forms have functions.
_WRITTEN = {
    "count": "{:,.0f}",
    "amount": "{:,.1f}",
    "score": "{:.3f}",
    "bits": "",
    "chance": "",
}
