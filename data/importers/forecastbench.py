"""ForecastBench: its sets of questions with prices at the freeze, and its sets of resolutions."""

import re
from collections.abc import Generator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from data.importers.base import Asks, Cursor, Importer, State
from data.importers.fetching import Answer, Ask
from data.importers.records import FoundMarket, FoundOutcome, FoundQuote, Read
from data.importers.shapes import (
    AnswerUnreadable,
    IsoTime,
    Shape,
    field_of,
    iso_instant,
    parse_json,
    read_shapes,
)
from forecasts.errors import KizashiError

_LATEST, _QUESTIONS, _RESOLUTIONS = "latest", "questions", "resolutions"
#: Sets come every two weeks since this one; so many in a row may be missing.
_FIRST, _EVERY, _MOST_MISSING = date(2024, 7, 21), timedelta(days=14), 2
_NAME = re.compile(rb"^\s*(?:\S*/)?(\d{4}-\d{2}-\d{2})-llm\.json\s*$")
#: Questions on series of numbers: their `freeze_datetime_value` is no probability.
_SERIES = frozenset({"acled", "dbnomics", "fred", "wikipedia", "yfinance"})
_NOTHING = "N/A"


class NoSuchSet(KizashiError):
    """The newest set is none that can be read."""

    message = "ForecastBench names no newest set ({reason})."


class ForecastBenchQuestion(Shape):
    """A question of a set; one on two questions at once has two ids."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "background", "source_intro", "freeze_datetime_value_explanation", "human_prompt",
            "combination_of", "market_info_resolution_criteria",
        }
    )  # fmt: skip
    values: ClassVar[dict[str, frozenset[str]]] = {
        "source": _SERIES | {"manifold", "metaculus", "polymarket", "infer", "kalshi"}
    }

    id: str | tuple[str, ...]
    source: str
    question: str
    resolution_criteria: str
    market_info_open_datetime: str
    market_info_close_datetime: str
    url: str
    freeze_datetime: IsoTime
    freeze_datetime_value: str
    resolution_dates: str | tuple[str, ...]


class ForecastBenchResolution(Shape):
    """A resolution, or the value of a market that has none yet."""

    id: str | tuple[str, ...]
    source: str
    resolution_date: IsoTime
    resolved_to: float
    resolved: bool
    direction: tuple[int, ...] | None = None


class ForecastBench(Importer):
    """The files of the data sets (CC BY-SA 4.0), with their entity tags."""

    platform = "forecastbench"
    per_second = 2.0

    def __init__(
        self,
        url: str = "https://raw.githubusercontent.com/forecastingresearch/forecastbench-datasets/main",
    ) -> None:
        self._url = f"{url}/datasets"

    def asks(self, state: State) -> Asks:
        """Ask for the newest set, then for those before it, until none is there."""
        yield Ask(_LATEST, f"{self._url}/question_sets/latest-llm.json")
        newest = state.cursors[_LATEST].get("due")
        if newest is None:
            raise NoSuchSet(reason="neither a name nor a set")
        due, missing = date.fromisoformat(newest), 0
        while due >= _FIRST and missing <= _MOST_MISSING:
            found = yield from self._both(due.isoformat(), state)
            missing = 0 if found else missing + 1
            due -= _EVERY

    def _both(self, due: str, state: State) -> Generator[Ask, Read, bool]:
        """Ask for a set and its resolutions; tell whether it is there."""
        address = f"{self._url}/question_sets/{due}-llm.json"
        yield self._file(_QUESTIONS, due, address, state)
        if state.cursors.get(f"{_QUESTIONS}/{due}", {}).get("missing"):
            return False
        address = f"{self._url}/resolution_sets/{due}_resolution_set.json"
        yield self._file(_RESOLUTIONS, due, address, state)
        return True

    def _file(self, part: str, due: str, address: str, state: State) -> Ask:
        """Ask for a file, unless it is the one that is here."""
        name = f"{part}/{due}"
        tag = state.cursors.get(name, {}).get("etag")
        return Ask(name, address, about={"due": due}, etag=tag, may_miss=True)

    def advance(
        self, cursors: Mapping[str, Cursor], ask: Ask, read: Read, answer: Answer
    ) -> dict[str, Cursor]:
        """Keep the entity tag of each file, and the day of the newest set."""
        del cursors
        if ask.part == _LATEST:
            return {_LATEST: {"due": read.details[0] if read.details else None}}
        if answer.status == 304:
            return {}
        return {ask.part: {"missing": True} if answer.status == 404 else {"etag": answer.etag}}

    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read the name of the newest set, a set of questions, or one of resolutions."""
        del about
        kind, _, due = part.partition("/")
        if kind == _LATEST:
            return Read(details=[_due_of(body)])
        answer = parse_json(body, self.platform, kind)
        read = Read()
        if kind == _QUESTIONS:
            records = field_of(answer, "questions", self.platform, kind)
            for question, _ in read_shapes(ForecastBenchQuestion, records, "id", read):
                _take(question, due, read)
        else:
            records = field_of(answer, "resolutions", self.platform, kind)
            for found, _ in read_shapes(ForecastBenchResolution, records, "id", read):
                _settle(found, due, at, read)
        return read


def _due_of(body: bytes) -> str:
    """Read which set is the newest: a link's file holds its name, else it is the set itself."""
    named = _NAME.match(body)
    if named is not None:
        return named[1].decode()
    answer = parse_json(body, "forecastbench", _LATEST)
    due = answer.get("forecast_due_date") if isinstance(answer, dict) else None
    try:
        return date.fromisoformat(str(due)).isoformat()
    except ValueError as error:
        reason = "no day `forecast_due_date`"
        raise AnswerUnreadable(platform="forecastbench", part=_LATEST, reason=reason) from error


def _take(question: ForecastBenchQuestion, due: str, read: Read) -> None:
    """Take a question: of a market with its price, of a series as a contract for each day."""
    if not isinstance(question.id, str):
        return  # on two questions at once: its chance follows from theirs
    key, is_series = f"{question.source}:{question.id}", question.source in _SERIES
    closes = _instant(question.market_info_close_datetime)
    same = {
        "criteria": question.resolution_criteria,
        "url": question.url if question.url.startswith("http") else None,
        "opens": _instant(question.market_info_open_datetime),
    }
    if is_series:
        days = question.resolution_dates if isinstance(question.resolution_dates, tuple) else ()
        for day in days:
            words = {"{resolution_date}": day, "{forecast_due_date}": due}
            title = question.question
            for name, word in words.items():
                title = title.replace(name, word)
            read.markets.append(
                FoundMarket(
                    key=f"{key}@{due}@{day}",
                    title=title,
                    status="unknown",  # a set does not say
                    parent=key,
                    closes=_instant(day),
                    **{**same, "opens": _instant(due)},  # type: ignore[arg-type]
                )
            )
        return
    mirrors = f"{question.source}:{question.id}"
    read.markets.append(
        FoundMarket(
            key=key,
            title=question.question,
            status="unknown",
            closes=closes,
            mirrors=mirrors,
            **same,  # type: ignore[arg-type]
        )
    )
    price = _chance(question.freeze_datetime_value)
    if price is not None:
        read.quotes.append(FoundQuote(key, question.freeze_datetime, "stated", price))


def _settle(found: ForecastBenchResolution, due: str, at: float, read: Read) -> None:
    """Take a resolution. One that is not resolved carries the market's value, and is no outcome."""
    if not isinstance(found.id, str) or found.direction is not None:
        return
    key, is_series = f"{found.source}:{found.id}", found.source in _SERIES
    if is_series:
        day = date(1970, 1, 1) + timedelta(days=found.resolution_date)
        key = f"{key}@{due}@{day.isoformat()}"
    if not 0 <= found.resolved_to <= 1:
        read.unknown["ForecastBenchResolution", "resolved_to outside [0, 1]"] += 1
    elif found.resolved:
        outcome = FoundOutcome(key, "resolved", found.resolved_to, found.resolution_date)
        read.outcomes.append(outcome)
    elif not is_series:
        end = min(found.resolution_date + 1, at)  # it is the value of some time on that day
        read.quotes.append(FoundQuote(key, end, "stated", found.resolved_to))


def _instant(text: str) -> float | None:
    """Read a time; None where there is none."""
    try:
        return None if text == _NOTHING else iso_instant(text)
    except ValueError:
        return None


def _chance(text: str) -> float | None:
    """Read a probability that is written as text; None where it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
