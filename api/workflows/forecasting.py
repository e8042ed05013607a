"""The deeds on forecasts: submit one, which supersedes the one before, and withdraw it."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.hiding import hides
from data.decoding_forecasts import stated_cells
from data.events import find_question
from data.facts import as_body, read_question, resolution_instants
from data.forecasts import end_forecast, read_forecast, save_forecast, standing_forecast
from data.formats.forecasts import ForecastFormat
from data.ledger import canonical_json
from data.writer import Transaction
from forecasts.questions import require_open
from forecasts.refusals import AlreadyEnded, ExpiresInPast, NotYours
from forecasts.times import instant_of, moment_of

#: The hash of an entry is public; without salt, what a hidden forecast says could be guessed by it.
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Forecasted:
    """What became of a forecast: its row, and whether the very same one stood already."""

    row: Any
    repeated: bool


def submit_forecast(
    transaction: Transaction, written: ForecastFormat, forecaster: str, now: datetime
) -> Forecasted:
    """Take a forecast into the ledger; it stands in the place of its forecaster's last one.

    Raises:
        UnknownQuestion, QuestionNotOpen, QuestionClosed, ForecastDoesNotFit, ExpiresInPast: see
            there.
    """
    at = instant_of(now)
    _require_possible(transaction, written, now)
    before = standing_forecast(transaction.connection, written.question, forecaster, at)
    said = as_body(written)
    if before is not None and before.body == canonical_json(said):
        return Forecasted(before, repeated=True)
    name = f"fc-{transaction.head.entries + 1}"
    content = {"id": name, "forecaster": forecaster, "forecast": said}
    if hides(transaction.connection, written.question, at):
        content["salt"] = secrets.token_hex(SALT_BYTES)
    entry = transaction.append("forecast", content, now)
    if before is not None:
        end_forecast(transaction.connection, before.id, at, "superseded")
    until = None if written.expires is None else instant_of(written.expires)
    row = save_forecast(transaction.connection, entry, content, at, until)
    return Forecasted(row, repeated=False)


def withdraw_forecast(
    transaction: Transaction, forecast: str, actor: str, *, is_admin: bool, now: datetime
) -> None:
    """Take a forecast back: from now on its forecaster says nothing on the question.

    Raises:
        UnknownForecast, NotYours, AlreadyEnded: see there.
    """
    row, at = read_forecast(transaction.connection, forecast), instant_of(now)
    if row.forecaster != actor and not is_admin:
        raise NotYours
    if row.until is not None and row.until <= at:
        raise AlreadyEnded(until=f"{moment_of(row.until):%Y-%m-%d %H:%M} UTC")
    transaction.append("withdrawal", {"forecast": forecast, "actor": actor}, now)
    end_forecast(transaction.connection, forecast, at, "withdrawn")


def _require_possible(transaction: Transaction, written: ForecastFormat, now: datetime) -> None:
    """Refuse what its question cannot take, or not now."""
    if written.expires is not None and written.expires <= now:
        raise ExpiresInPast(now=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    world, question, curve = find_question(transaction.timelines, written.question)
    ended = None
    if question.id in transaction.timelines[world].ended:
        ends = resolution_instants(transaction.connection, [question.id])
        ended = ends.get(question.id)
    require_open(question, instant_of(now), ended)
    if question.type != "binary" or written.probability is None:
        _, asked = read_question(transaction.connection, question.id)
        stated_cells(written, asked, curve.space, instant_of(now))
