"""The form above the list of questions: what can be chosen, what is, and links that change it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from api.language import translate
from api.pages.wording import STATUSES, TYPES, Wording, wording
from data.formats.banks import Claim, WorldFormat
from data.sources import read_banks
from data.tables import WORLDS

#: What "moved" can mean, in bits of net change in the week before now.
MOVED = {"0.02": "moved this week", "0.2": "moved much (0.2 bits or more)"}
SORTS = {
    "soon": "closing soon first",
    "-moved": "moved most first",
    "-entry": "newest first",
    "closes": "earliest close first",
    "-closes": "latest close first",
    "moved": "moved least first",
}
#: Columns that can be sorted by, and the order that a first click gives.
_COLUMNS = {"moved": "-moved", "closes": "closes"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field."""

    value: str
    words: str
    language: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its options; the empty one means any."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ListForm:
    """What the list is narrowed to.

    Attributes:
        words: what is searched for.
        as_of: the day as of which the list is shown; empty for now.
        only: what it is narrowed to beyond the fields (a claim): name, value and words.
        headings: for each column that can be sorted by: address, and `aria-sort`.
    """

    words: str
    as_of: str
    fields: tuple[Field, ...]
    only: tuple[tuple[str, str, Wording], ...]
    headings: dict[str, tuple[str, str]]
    is_narrowed: bool


def list_form(connection: Connection, query: Mapping[str, str], language: str) -> ListForm:
    """Give the form as a query fills it."""
    sort = query.get("sort", "soon")
    return ListForm(
        words=query.get("q", ""),
        as_of=query.get("as_of", ""),
        fields=(
            _field("status", "Status", "any status", STATUSES, query, language),
            _field("type", "Type", "any type", TYPES, query, language),
            _drivers(connection, query, language),
            _field("moved", "Movement", "moved or not", MOVED, query, language),
            _field("sort", "Order", "", SORTS, {"sort": sort}, language),
        ),
        only=_only(connection, query, language),
        headings={name: _heading(name, sort, query) for name in _COLUMNS},
        is_narrowed=any(query.get(name) for name in ("q", "status", "type", "driver", "moved"))
        or any(query.get(name) for name in ("claim", "tag")),
    )


def with_changed(query: Mapping[str, str], **changed: str | None) -> str:
    """Give a query with some parameters changed, or left out; from the first page on, unless told.

    >>> with_changed({"q": "chips", "sort": "soon", "cursor": "x"}, sort="-moved")
    '?q=chips&sort=-moved'
    """
    kept = {**query, "cursor": None, **changed}
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _field(
    name: str,
    label: str,
    any_words: str,
    options: Mapping[str, str],
    query: Mapping[str, str],
    language: str,
) -> Field:
    """Give a field whose options are words of ours."""
    chosen = query.get(name, "")
    said = ({"": any_words} if any_words else {}) | dict(options)
    choices = (
        Choice(value, translate(words, language), language, value == chosen)
        for value, words in said.items()
    )
    return Field(name, translate(label, language), tuple(choices))


def _drivers(connection: Connection, query: Mapping[str, str], language: str) -> Field:
    """Give the field of drivers."""
    chosen = query.get("driver", "")
    bodies = connection.execute(select(WORLDS.c.body).order_by(WORLDS.c.seq)).scalars()
    worlds = [WorldFormat.model_validate_json(body) for body in bodies]
    titles = [(d.id, wording(d.title, language)) for world in worlds for d in world.drivers]
    anything = Choice("", translate("any driver", language), language, not chosen)
    choices = (Choice(id_, t.text, t.language, id_ == chosen) for id_, t in titles)
    return Field("driver", translate("Driver", language), (anything, *choices))


def _only(
    connection: Connection, query: Mapping[str, str], language: str
) -> tuple[tuple[str, str, Wording], ...]:
    """Give what links narrow the list to, with its words."""
    narrowed = [(name, query[name]) for name in ("claim", "tag") if query.get(name)]
    if not narrowed:
        return ()
    claims = {
        claim.id: wording(claim.paraphrase, language)
        for bank in read_banks(connection)
        for claim in map(Claim.model_validate, json.loads(bank.body)["claims"])
    }
    return tuple((n, value, claims.get(value, Wording(value, "en"))) for n, value in narrowed)


def _heading(name: str, sort: str, query: Mapping[str, str]) -> tuple[str, str]:
    """Give where a click on a column's heading leads, and how the column is sorted now."""
    if sort.lstrip("-") != name:
        return with_changed(query, sort=_COLUMNS[name]), "none"
    is_descending = sort[0] == "-"
    following = name if is_descending else f"-{name}"
    return with_changed(query, sort=following), "descending" if is_descending else "ascending"
