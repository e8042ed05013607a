"""What a hub shows of the tables: questions with what came true, and forecasts by round."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from data.decoding_forecasts import stated_cells
from data.derived_tables import STEPS
from data.exports.columns import Asked
from data.exports.hub import LEVELS, HubForecast, HubQuestion, end_of_round, model_id, round_days
from data.facts import newest_resolutions, read_questions
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.tables import ACTORS, FORECASTS
from forecasts.distributions import outer_edges, quantile
from forecasts.outcomes import OutcomeSpace
from forecasts.times import end_of_day, start_of_day

#: The name of our own model among those of a hub.
OUR_MODEL = "kizashi-model"
type Values = tuple[tuple[str, float], ...]


def hub_questions(connection: Connection) -> list[HubQuestion]:
    """Read the questions."""
    outcomes = newest_resolutions(connection)
    return [
        HubQuestion(
            id=name,
            title=written.title.en,
            type=written.type,
            options=_options(written),
            unit=written.range.unit.en if written.range else "",
            truth=_truth(written, outcomes.get(name)),
        )
        for name, (_, written) in read_questions(connection).items()
    ]


def hub_forecasts(
    connection: Connection, asked: Asked, spaces: Mapping[str, OutcomeSpace]
) -> Iterator[HubForecast]:
    """Read what our model and every forecaster said at the end of each round.

    Args:
        spaces: outcome space of every question.
    """
    first = connection.execute(select(func.min(STEPS.c.at))).scalar()
    if first is None:
        return
    rounds = [day for day in round_days(first, asked.at) if end_of_round(day) <= asked.at + 1]
    written = {name: one for name, (_, one) in read_questions(connection).items()}
    ends = _ends(connection, written)
    for origin in rounds:
        at = min(end_of_round(origin), asked.at)
        live = {q for q, one in written.items() if start_of_day(one.opens) <= at < ends[q]}
        yield from _ours(connection, origin, at, live)
        yield from _stated(connection, asked, origin, at, {q: written[q] for q in live}, spaces)


def _ours(connection: Connection, origin: date, at: float, live: set[str]) -> Iterator[HubForecast]:
    """Give what our model said at an instant."""
    newest = select(func.max(STEPS.c.id)).where(STEPS.c.at <= at).group_by(STEPS.c.question)
    for row in connection.execute(select(STEPS).where(STEPS.c.id.in_(newest))):
        if row.question in live:
            values = _summarised(json.loads(row.body))
            yield HubForecast(OUR_MODEL, origin, row.question, values)


def _summarised(body: dict[str, Any]) -> Values:
    """Give a stored forecast as chances by category, or values by level."""
    if "probability" in body:
        return _binary(body["probability"])
    if "options" in body:
        return tuple((one["option"], one["probability"]) for one in body["options"])
    pairs = ((level, _as_number(value)) for level, value in body["quantiles"].items())
    return tuple((level, value) for level, value in pairs if value is not None)


def _stated(
    connection: Connection,
    asked: Asked,
    origin: date,
    at: float,
    live: Mapping[str, QuestionFormat],
    spaces: Mapping[str, OutcomeSpace],
) -> Iterator[HubForecast]:
    """Give what forecasters said that stood at an instant."""
    until = FORECASTS.c.until
    query = (
        select(FORECASTS, ACTORS.c.kind)
        .join(ACTORS, ACTORS.c.id == FORECASTS.c.forecaster)
        .where(asked.holds(FORECASTS), asked.shown)
        .where(FORECASTS.c.recorded_at <= at, until.is_(None) | (until > at))
        .order_by(FORECASTS.c.seq)
    )
    for row in connection.execute(query.execution_options(yield_per=1_000)):
        if row.question in live:
            said = ForecastFormat.model_validate_json(row.body)
            values = _said(said, live[row.question], spaces[row.question], row.recorded_at)
            yield HubForecast(model_id(row.kind, row.forecaster), origin, row.question, values)


def _said(
    said: ForecastFormat, question: QuestionFormat, space: OutcomeSpace, since: float
) -> Values:
    """Give a stated forecast as chances by category, or values by level."""
    if said.probability is not None:
        return _binary(said.probability)
    cells = stated_cells(said, question, space, since)
    assert cells is not None
    if space.labels:
        return tuple(zip(space.labels, map(float, cells), strict=True))
    edges = outer_edges(space)
    pairs = [(f"{level:g}", quantile(edges, cells, level)) for level in LEVELS]
    return tuple((level, value) for level, value in pairs if math.isfinite(value))


def _binary(probability: float) -> Values:
    """Give both chances."""
    return (("no", 1 - probability), ("yes", probability))


def _options(written: QuestionFormat) -> tuple[str, ...]:
    """Give the categories of a question; none for numbers and days."""
    if written.type == "binary":
        return ("no", "yes")
    return tuple(choice.id for choice in written.choices)


def _truth(written: QuestionFormat, outcome: ResolutionFormat | None) -> str | float | None:
    """Give what came true, as a hub says it; days as numbers, and nothing for never."""
    if outcome is None or outcome.status != "resolved":
        return None
    match written.type:
        case "binary":
            return "yes" if outcome.outcome else "no"
        case "multiple_choice":
            return str(outcome.outcome)
    return _as_number(outcome.outcome)


def _as_number(value: object) -> float | None:
    """Give a number, or a day as days since 1970; None for what is neither."""
    if isinstance(value, date):
        return start_of_day(value)
    if isinstance(value, str):
        return start_of_day(date.fromisoformat(value)) if value[:1].isdigit() else None
    return float(value) if isinstance(value, int | float) else None


def _ends(connection: Connection, written: Mapping[str, QuestionFormat]) -> dict[str, float]:
    """Give the instant after which a question is asked no more: its outcome, or its close."""
    outcomes = newest_resolutions(connection)
    return {
        name: min(
            end_of_day(one.closes),
            start_of_day(outcomes[name].resolved_at) if name in outcomes else math.inf,
        )
        for name, one in written.items()
    }
