"""The forecasts behind a crowd: those of people and bots on some questions, as arrays."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from data.decoding_forecasts import stated_cells
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat
from data.judging import BASE
from data.tables import ACTORS, FORECASTS
from forecasts.crowd_histories import CrowdMembers
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question

#: Readings of stated distributions that are kept: 8 MB.
_KEPT = 5_000


def member_rows(
    connection: Connection,
    questions: Sequence[str],
    at: float,
    entries: int | None = None,
    *,
    standing: bool = False,
) -> dict[str, list[Any]]:
    """Read the forecasts of a crowd by question, oldest first.

    Args:
        at: an instant; what came later is not there, and a later end is not known.
        entries: as of a ledger of so many; None: of all.
        standing: only those that stand then.
    """
    base = select(ACTORS.c.id).where(ACTORS.c.kind.in_(BASE))
    query = select(FORECASTS).where(
        FORECASTS.c.question.in_(questions),
        FORECASTS.c.forecaster.in_(base),
        FORECASTS.c.recorded_at <= at,
    )
    if entries is not None:
        query = query.where(FORECASTS.c.seq <= entries)
    if standing:
        query = query.where(FORECASTS.c.until.is_(None) | (FORECASTS.c.until > at))
    rows: dict[str, list[Any]] = {name: [] for name in questions}
    for row in connection.execute(query.order_by(FORECASTS.c.seq)):
        rows[row.question].append(row)
    return rows


def members_of(
    rows: Sequence[Any], asked: QuestionFormat, question: Question, curve: Curve
) -> CrowdMembers:
    """Give forecasts of one question as arrays."""
    start = np.array([row.recorded_at for row in rows], float)
    end = np.array([np.inf if row.until is None else row.until for row in rows], float)
    if question.yes is not None:
        said = np.array([row.probability for row in rows], float)
        return CrowdMembers(start, end, said)
    cells = [_cells(row.id, row.body, row.recorded_at, _Asked(asked, curve)) for row in rows]
    said = np.array(cells).reshape(len(rows), curve.space.size)
    return CrowdMembers(start, end, said, are_ordered=question.type in ("numeric", "date"))


class _Asked:
    """A question that two calls share if it is the same one, in the same version."""

    def __init__(self, written: QuestionFormat, curve: Curve) -> None:
        self.written, self.curve = written, curve

    def __hash__(self) -> int:
        return hash(self.written.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.curve is other.curve


@lru_cache(_KEPT)
def _cells(forecast: str, body: str, at: float, asked: _Asked) -> Floats:
    """Read the distribution that a forecast states."""
    del forecast
    written = ForecastFormat.model_validate_json(body)
    cells = stated_cells(written, asked.written, asked.curve.space, at)
    assert cells is not None  # a question of yes or no is read off its column
    return cells
