"""The page of a search: questions, evidence, claims, documents, sources and scenarios."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Row, func, select

from api.instance import Instance
from api.language import translate
from api.pages.list_forms import Choice, with_changed
from api.pages.wording import Wording
from api.paging import encode_cursor
from data.search import KINDS, Kind, Snippet, find, snippets
from data.tables import EVIDENCE, STANCES

#: Findings of a page.
MOST_FOUND = 30
_KIND_WORDS: dict[Kind, str] = {
    "question": "question",
    "evidence": "evidence",
    "claim": "claim",
    "document": "document",
    "source": "source",
    "scenario": "scenario",
}
#: Fields that say what a thing is called.
_TITLES = ("title", "fact", "paraphrase")
#: What the line above it says already, or nobody reads.
_UNTOLD = (*_TITLES, "id", "source", "actors")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, and whether it is what was looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Extract:
    """A stretch of a text around what was found, in its language."""

    language: str
    parts: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found: where it can be read, and what of it fits."""

    kind: str
    title: Wording
    address: str
    extracts: tuple[Extract, ...]


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """What was found for some words."""

    title: str
    words: str
    kinds: tuple[Choice, ...]
    findings: tuple[Finding, ...]
    following: str | None


def findings_page(
    instance: Instance,
    words: str,
    kind: Kind | None,
    at: float,
    after: tuple[float, int] | None,
    query: Mapping[str, str],
    language: str,
) -> FindingsPage:
    """Find what has all the words, the best first."""
    kinds = (kind,) if kind else KINDS
    with instance.database.read() as connection:
        rows = find(connection, kinds, words, at, MOST_FOUND + 1, after) if words else []
        shown = rows[:MOST_FOUND]
        places = _places(connection, [row.name for row in shown if row.kind == "evidence"])
    cursor = encode_cursor(shown[-1].rank, shown[-1].id) if len(rows) > MOST_FOUND else None
    return FindingsPage(
        title=translate("Search", language),
        words=words,
        kinds=_kinds(kind, language),
        findings=tuple(_finding(row, words, places, language) for row in shown),
        following=with_changed(query, cursor=cursor) if cursor else None,
    )


def _kinds(chosen: Kind | None, language: str) -> tuple[Choice, ...]:
    """Give what can be searched."""
    anything = Choice("", translate("everything", language), language, chosen is None)
    others = (
        Choice(kind, translate(words, language), language, kind == chosen)
        for kind, words in _KIND_WORDS.items()
    )
    return (anything, *others)


def _finding(row: Row[Any], asked: str, places: Mapping[str, str], language: str) -> Finding:
    """Give something that was found."""
    parts: list[tuple[str, str]] = json.loads(row.parts)
    title = _title(parts, row.name, language)
    found = (one for one in snippets(row.parts, asked) if one.field.split(".")[0] not in _UNTOLD)
    extracts = [_extract(one) for one in found]
    return Finding(
        kind=translate(_KIND_WORDS[row.kind], language),
        title=title,
        address=_address(row.kind, row.name, places),
        extracts=tuple(extracts),
    )


def _title(parts: Sequence[tuple[str, str]], name: str, language: str) -> Wording:
    """Give what a thing is called, in the reader's language where it has that."""
    said = dict(parts)
    for spoken in (language, "en", "ja"):
        for field in _TITLES:
            if f"{field}.{spoken}" in said:
                return Wording(said[f"{field}.{spoken}"], spoken)
    return Wording(name, "en")


def _extract(snippet: Snippet) -> Extract:
    """Part a snippet where what was looked for begins and ends."""
    parts, end = [], 0
    for first, last in snippet.marks:
        parts += [Stretch(snippet.text[end:first], False), Stretch(snippet.text[first:last], True)]
        end = last
    parts.append(Stretch(snippet.text[end:], False))
    language = "ja" if snippet.field.endswith(".ja") else "en"
    return Extract(language, tuple(part for part in parts if part.text))


def _address(kind: Kind, name: str, places: Mapping[str, str]) -> str:
    """Give the page on which something can be read."""
    match kind:
        case "evidence":
            return places[name]
        case "claim":
            return f"/questions?claim={quote(name.rpartition('/')[2])}"
        case "document":
            return "/"
        case _:
            return f"/{kind}s/{quote(name)}"


def _places(connection: Connection, records: Sequence[str]) -> dict[str, str]:
    """Give where records stand: on the first question that each names, else in the ledger."""
    first = (
        select(STANCES.c.evidence, func.min(STANCES.c.question).label("question"))
        .group_by(STANCES.c.evidence)
        .subquery()
    )
    query = (
        select(EVIDENCE.c.id, EVIDENCE.c.seq, first.c.question)
        .outerjoin(first, first.c.evidence == EVIDENCE.c.id)
        .where(EVIDENCE.c.id.in_(records))
    )
    return {
        row.id: f"/questions/{row.question}#ev-{row.id}" if row.question else f"/ledger/{row.seq}"
        for row in connection.execute(query)
    }
