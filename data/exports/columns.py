"""Columns of exported tables: their types, and what they hold, in two languages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table

from data.ledger import Entry
from forecasts.times import moment_of

#: As Frictionless Table Schema names them; a list is a JSON text.
Type = Literal["string", "number", "integer", "boolean", "datetime", "date", "list"]
#: Gives the condition that a row's entry stood in the ledger at the moment asked for.
type Holds = Callable[[Table], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and type, and what it holds."""

    name: str
    type: Type
    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a table is wanted.

    Attributes:
        holds: see `Holds`.
        at: instant whose state is asked for.
        shown: the condition that the reader may see a row of `forecast`.
        withholds: tells whether the body of an entry of the ledger is kept from the reader.
        where: values that columns must have, by the names of filters.
    """

    holds: Holds
    at: float
    shown: ColumnElement[bool]
    withholds: Callable[[Entry], bool]
    where: Mapping[str, str]


type Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table that can be had whole.

    Attributes:
        name: as in the addresses.
        en, ja: what a row is.
        columns: in their order.
        rows: gives the rows, in the order of the ledger, each with a value for every column.
        filters: names of what rows can be chosen by.
    """

    name: str
    en: str
    ja: str
    columns: tuple[Column, ...]
    rows: Callable[[Connection, Asked], Iterable[Row]]
    filters: tuple[str, ...] = ()


def text(name: str, en: str, ja: str) -> Column:
    """Give a column of texts."""
    return Column(name, "string", en, ja)


def number(name: str, en: str, ja: str) -> Column:
    """Give a column of numbers."""
    return Column(name, "number", en, ja)


def count(name: str, en: str, ja: str) -> Column:
    """Give a column of whole numbers."""
    return Column(name, "integer", en, ja)


def time(name: str, en: str, ja: str) -> Column:
    """Give a column of times, UTC."""
    return Column(name, "datetime", en, ja)


def day(name: str, en: str, ja: str) -> Column:
    """Give a column of days."""
    return Column(name, "date", en, ja)


def flag(name: str, en: str, ja: str) -> Column:
    """Give a column of yes and no."""
    return Column(name, "boolean", en, ja)


def listed(name: str, en: str, ja: str) -> Column:
    """Give a column of lists."""
    return Column(name, "list", en, ja)


def moment(instant: float | None) -> str | None:
    """Write an instant as a time, UTC.

    >>> moment(20_000.5)
    '2024-10-04T12:00:00Z'
    """
    return None if instant is None else f"{moment_of(instant):%Y-%m-%dT%H:%M:%SZ}"
