"""Who forecasts what: the forecasts of people and bots that stand on one question."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from api.hiding import ForecastHidden, require_shown, shown_forecasts
from api.language import say, translate
from api.pages.names import KINDS_OF_FORECASTERS
from api.pages.stated import stated_in_words
from api.pages.visits import Visit
from api.words import day_in_words
from data.forecasts import stands
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat
from data.tables import ACTORS, FORECASTS
from forecasts.times import day_of

#: So many are listed, the newest.
_MOST = 100


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A forecast that stands."""

    forecaster: str
    name: str
    kind: str
    said: str
    since: str
    why: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class StandingPart:
    """The forecasts that a reader may see, and why others are hidden; empty where none are."""

    lines: tuple[StandingLine, ...]
    hidden: str


def standing_part(connection: Connection, visit: Visit, asked: QuestionFormat) -> StandingPart:
    """Give who forecasts what, as of the moment of a visit."""
    now = visit.instance.clock_instant()
    hidden = ""
    try:
        require_shown(connection, asked.id, "", visit.reader, now)
    except ForecastHidden as error:
        hidden = say(error, visit.language)
    query = (
        select(FORECASTS, ACTORS.c.name, ACTORS.c.kind, ACTORS.c.forgotten_at)
        .join(ACTORS, ACTORS.c.id == FORECASTS.c.forecaster)
        .where(FORECASTS.c.question == asked.id, stands(visit.as_of.at))
        .where(shown_forecasts(visit.reader, now), visit.as_of.holds(FORECASTS))
        .order_by(FORECASTS.c.seq.desc())
        .limit(_MOST)
    )
    rows = connection.execute(query).all()
    return StandingPart(tuple(_line(row, visit, asked) for row in rows), hidden)


def _line(row: Row[Any], visit: Visit, asked: QuestionFormat) -> StandingLine:
    """Give one forecast's line."""
    language = visit.language
    stated = ForecastFormat.model_validate_json(row.body)
    forgotten = translate("a forgotten person", language)
    return StandingLine(
        forecaster=row.forecaster,
        name=row.name if row.forgotten_at is None else forgotten,
        kind=translate(KINDS_OF_FORECASTERS.get(row.kind, row.kind), language),
        said=stated_in_words(stated, asked, language),
        since=day_in_words(day_of(row.recorded_at).isoformat(), language),
        why=stated.rationale or "",
        is_own=row.forecaster == visit.reader,
    )
