"""Full-text search in English and Japanese, over what the ledger held at an instant."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, text

from data.folding import fold, fold_with_places

Kind = Literal["question", "evidence", "claim", "document", "source", "scenario"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: The index holds every three letters that follow each other; shorter words are looked for as such.
_SHORTEST_INDEXED = 3
#: Words of a search that count; the ones after them do not narrow it further.
MOST_WORDS = 10
#: Letters of a snippet, and of them before the first word that is found.
_SNIPPET, _BEFORE = 160, 40
_MOST_SNIPPETS = 3
_KNOWN = """kind IN ({kinds}) AND since <= :search_at
    AND (until IS NULL OR until > :search_at)"""
_INDEXED = "(SELECT rowid FROM search_index WHERE search_index MATCH :search_match)"
_FOUND = """
    WITH hits AS MATERIALIZED ({hits}),
    ranked AS MATERIALIZED (
        SELECT entry.id, entry.kind, entry.name, entry.parts, hits.rank FROM hits
        JOIN search_text AS entry ON entry.id = hits.id WHERE {conditions})
    SELECT * FROM ranked WHERE {after} ORDER BY rank, id LIMIT :search_limit
"""
#: bm25 weights: a word in a title counts four times one in the rest.
_HITS = """SELECT rowid AS id, bm25(search_index, 4.0, 1.0) AS rank
    FROM search_index WHERE search_index MATCH :search_match"""
_NAMES = "SELECT name FROM search_text WHERE {conditions}"
_EVERY = "SELECT id, {rank} AS rank FROM search_text"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text around what was found.

    Attributes:
        field: which text, such as `title.ja`.
        marks: first letter and the one after the last, of each word in the stretch.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]


def words_of(asked: str) -> list[str]:
    """Give the words that are looked for, folded; everything that is not space is a letter."""
    folded = dict.fromkeys(fold(word) for word in asked.replace("\x00", " ").split())
    return [word for word in folded if word.strip()][:MOST_WORDS]


def matching(kinds: Sequence[Kind], asked: str, at: float) -> tuple[str, dict[str, Any]]:
    """Give a query for the names of what has all the words, with its values."""
    conditions, values = _conditions(kinds, words_of(asked), at)
    if "search_match" in values:
        conditions += f" AND id IN {_INDEXED}"
    return _NAMES.format(conditions=conditions), values


def find(
    connection: Connection,
    kinds: Sequence[Kind],
    asked: str,
    at: float,
    limit: int,
    after: tuple[float, int] | None = None,
) -> list[Row[Any]]:
    """Find what has all the words, the best first (bm25); rows of id, kind, name, parts, rank."""
    words = words_of(asked)
    if not words:
        return []
    conditions, values = _conditions(kinds, words, at)
    in_title = [name for name in values if name.startswith("short")]
    rank = " + ".join(
        f"(CASE WHEN instr(title, :{name}) > 0 THEN -1.0 ELSE 0.0 END)" for name in in_title
    )
    hits = _HITS if "search_match" in values else _EVERY.format(rank=rank)
    values["search_limit"] = limit
    if after is not None:
        values |= {"after_rank": after[0], "after_id": after[1]}
    query = _FOUND.format(
        hits=hits,
        conditions=conditions,
        after="TRUE" if after is None else "(rank, id) > (:after_rank, :after_id)",
    )
    return list(connection.execute(text(query), values))


def snippets(parts: str, asked: str) -> tuple[Snippet, ...]:
    """Give stretches around what was found: of the texts with the most of the words first."""
    words = words_of(asked)
    found: list[tuple[int, int, Snippet]] = []
    for field, whole in json.loads(parts):
        folded, places = fold_with_places(whole)
        marks = _marks(folded, places, words)
        if marks:
            count = sum(word in folded for word in words)
            found.append((-count, len(found), _snippet(field, whole, marks)))
    return tuple(snippet for *_, snippet in sorted(found, key=lambda one: one[:2]))[:_MOST_SNIPPETS]


def _conditions(
    kinds: Sequence[Kind], words: Sequence[str], at: float
) -> tuple[str, dict[str, Any]]:
    """Give what holds for what has all the words, but for the index itself."""
    conditions = [_KNOWN.format(kinds=", ".join(f"'{kind}'" for kind in kinds))]
    values: dict[str, Any] = {"search_at": at}
    long = [word for word in words if len(word) >= _SHORTEST_INDEXED]
    if long:
        values["search_match"] = " AND ".join(_quoted(word) for word in long)
    for number, word in enumerate(word for word in words if len(word) < _SHORTEST_INDEXED):
        values[f"short{number}"] = word
        conditions.append(f"instr(title || char(10) || body, :short{number}) > 0")
    return " AND ".join(conditions), values


def _quoted(word: str) -> str:
    """Write a word so that nothing in it is syntax."""
    doubled = word.replace('"', '""')
    return f'"{doubled}"'


def _marks(folded: str, places: list[int], words: Sequence[str]) -> list[tuple[int, int]]:
    """Give where words stand in a text, none inside another, first ones first."""
    spans = []
    for word in words:
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            spans.append((places[start], _end(places, end)))
            start = folded.find(word, end)
    marks: list[tuple[int, int]] = []
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if marks and first < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(last, marks[-1][1]))
        else:
            marks.append((first, last))
    return marks


def _end(places: list[int], end: int) -> int:
    """Give the place after a letter: where the next one begins that came from another."""
    while end < len(places) - 1 and places[end] == places[end - 1]:
        end += 1
    return places[end]


def _snippet(field: str, whole: str, marks: Sequence[tuple[int, int]]) -> Snippet:
    """Cut a stretch out of a text, around the first mark."""
    first = max(0, min(marks[0][0] - _BEFORE, len(whole) - _SNIPPET))
    last = max(first + _SNIPPET, marks[0][1])
    inside = tuple((a - first, b - first) for a, b in marks if b <= last)
    return Snippet(field, whole[first:last], inside)
