"""Files of forecasts, CSV or Parquet: markets, prices and outcomes from columns with usual names.

pyarrow takes long to import, so it is imported where it is used.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from data.importers.records import FoundMarket, FoundOutcome, FoundQuote, Read
from data.importers.shapes import DecimalText, Fraction, IsoTime, Shape, read_shapes
from data.unreadable import Fault, Unreadable
from forecasts.errors import KizashiError

#: Rows that are read into one change.
_AT_ONCE = 2_000
_QUESTIONS, _FORECASTS = "questions", "forecasts"
_SUFFIXES = (".parquet", ".csv")
_OUTCOMES = {"1": 1.0, "0": 0.0, "yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}


class FileUnreadable(Unreadable):
    """A file does not hold a table of markets or prices."""

    message = "{path} cannot be imported: {fault}. docs/markets.md names the columns."


class PlatformTaken(KizashiError):
    """A file calls its platform by the name of one that has an importer."""

    message = (
        "A file cannot be of one of the platforms {platforms}, which are read themselves. Give its "
        "platform another name with --platform."
    )


def _outcome(value: object) -> object:
    """Take an outcome: 1, 0, a share between them, yes or no."""
    if isinstance(value, str):
        word = value.strip().casefold()
        return _OUTCOMES.get(word, value)
    return float(value) if isinstance(value, bool | int) else value


def _name(value: object) -> object:
    """Take a whole number for a name."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_name)]


class TableMarket(Shape):
    """A market in a row of a table."""

    unread: ClassVar[frozenset[str]] = frozenset({"source", "kind", "type", "topic"})

    question_id: Name
    text: str | None = None
    title: str | None = None
    criteria: str | None = None
    url: str | None = None
    platform: Name | None = None
    group_id: Name | None = None
    open_time: IsoTime | None = None
    close_time: IsoTime | None = None
    end_time: IsoTime | None = None
    resolve_time: IsoTime | None = None
    outcome: Annotated[Fraction, BeforeValidator(_outcome)] | None = None


class TableQuote(Shape):
    """A price, or what somebody said, in a row of a table."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {*TableMarket.model_fields, "source", "kind", "type", "topic", "step", "actor_id", "lower",
         "upper", "weight"}
    ) - {"question_id"}  # fmt: skip

    question_id: Name
    timestamp: IsoTime
    probability: Fraction
    forecaster_id: Name | None = None
    bid: Fraction | None = None
    ask: Fraction | None = None
    volume: DecimalText | None = None
    liquidity: DecimalText | None = None


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of rows; `holds` says whether they are questions, forecasts, or both at once."""

    path: Path
    holds: tuple[str, ...]


def files_of(path: Path) -> list[TableFile]:
    """Give the files behind a path: a folder has questions and forecasts, a file has both.

    Raises:
        FileUnreadable: there are none.
    """
    if not path.is_dir():
        if not path.exists():
            raise FileUnreadable(path=path.name, fault=Fault.ABSENT)
        return [TableFile(path, (_QUESTIONS, _FORECASTS))]
    found = []
    for name in (_QUESTIONS, _FORECASTS):
        there = [path / f"{name}{end}" for end in _SUFFIXES if (path / f"{name}{end}").exists()]
        if not there:
            file = f"{name}.parquet"
            raise FileUnreadable(path=path.name, fault=Fault.MISSING, file=file)
        found.append(TableFile(there[0], (name,)))
    return found


def read_rows(path: Path, source: str | None) -> list[dict[str, Any]]:
    """Read the rows of a file as JSON has them, only those of one source if one is named.

    Raises:
        FileUnreadable: it is no such table.
    """
    return rows_of_bytes(path.read_bytes(), path.name, source)


def rows_of_bytes(body: bytes, name: str, source: str | None) -> list[dict[str, Any]]:
    """Read the rows of a file's bytes; see `read_rows`."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv, parquet  # noqa: PLC0415

    empty = csv.ConvertOptions(strings_can_be_null=True)  # an empty cell says nothing
    try:
        buffer = pa.BufferReader(body)
        is_parquet = body[:4] == b"PAR1"
        table = (
            parquet.read_table(buffer)
            if is_parquet
            else csv.read_csv(buffer, convert_options=empty)
        )
    except (pa.ArrowInvalid, OSError) as error:
        raise FileUnreadable(path=name, fault=Fault.NEITHER) from error
    if "question_id" not in table.column_names:
        raise FileUnreadable(path=name, fault=Fault.NO_COLUMN, file=name, column="question_id")
    if source is not None and "source" in table.column_names:
        table = table.filter(pa.compute.equal(table["source"], source))
    return [{key: _json(value) for key, value in row.items()} for row in table.to_pylist()]


def reads_of(rows: list[dict[str, Any]], holds: tuple[str, ...], at: float) -> Iterator[Read]:
    """Read rows, some at a time: their markets first, then their prices."""
    if _QUESTIONS in holds:
        first = list({str(row.get("question_id")): row for row in reversed(rows)}.values())
        for begin in range(0, len(first), _AT_ONCE):
            yield read_markets(first[begin : begin + _AT_ONCE], at)
    if _FORECASTS in holds:
        seen: dict[tuple[str, str, float], int] = {}
        has = [row for row in rows if "probability" in row]
        for begin in range(0, len(has), _AT_ONCE):
            yield read_quotes(has[begin : begin + _AT_ONCE], seen)


def read_markets(rows: list[dict[str, Any]], at: float) -> Read:
    """Read markets with their outcomes."""
    read = Read()
    trimmed = [{k: v for k, v in row.items() if k not in _OF_QUOTES} for row in rows]
    for row, _ in read_shapes(TableMarket, trimmed, "question_id", read):
        is_past = row.close_time is not None and row.close_time <= at
        traits: Mapping[str, Any] = {
            "platform": row.platform,
            "group": row.group_id,
            "ends": row.end_time,
        }
        market = FoundMarket(
            key=row.question_id,
            title=row.title or row.text or row.question_id,
            status="resolved" if row.outcome is not None else "closed" if is_past else "open",
            criteria=row.criteria or "",
            url=row.url,
            opens=row.open_time,
            closes=row.close_time,
            traits={name: value for name, value in traits.items() if value is not None},
        )
        read.markets.append(market)
        if row.outcome is not None:
            ended = row.end_time if row.resolve_time is None else row.resolve_time
            read.outcomes.append(FoundOutcome(row.question_id, "resolved", row.outcome, ended))
    return read


def read_quotes(rows: list[dict[str, Any]], seen: dict[tuple[str, str, float], int]) -> Read:
    """Read prices; `seen` counts those of the same instant, so that none is lost."""
    read = Read()
    for row, _ in read_shapes(TableQuote, rows, "question_id", read):
        voice = row.forecaster_id or ""
        place = (row.question_id, voice, row.timestamp)
        seen[place] = number = seen.get(place, -1) + 1
        read.quotes.append(
            FoundQuote(
                row.question_id,
                row.timestamp,
                "stated",
                row.probability,
                row.bid,
                row.ask,
                row.volume,
                row.liquidity,
                voice,
                number,
            )
        )
    return read


_OF_QUOTES = frozenset(
    {"timestamp", "probability", "forecaster_id", "bid", "ask", "volume", "liquidity", "step",
     "actor_id", "lower", "upper", "weight"}
)  # fmt: skip


def _json(value: Any) -> Any:
    """Give a value as JSON has it; what is no number is nothing."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.decode(errors="replace") if isinstance(value, bytes) else value
