"""Drivers as they stand: where evidence has moved them, and the questions that load on each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import Row

from api.answers import Answer, DriverAnswer, PageAnswer
from data.formats.banks import WorldFormat
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat
from forecasts.timeline import Timeline


class LoadingAnswer(Answer):
    """How a question hangs on a driver."""

    question: str
    weight: float = Field(description="log-odds (log hazard, or prior spreads) per sd")
    choice: str | None = Field(description="multiple choice: the option whose log-odds it moves")
    reason: Bilingual
    through: str | None = Field(description="the question that it is derived from, and loads by")


class DriverDetail(DriverAnswer):
    """A latent force with its world, and the questions that load on it."""

    world: str
    questions: tuple[LoadingAnswer, ...]


class DriverList(PageAnswer):
    """A page of drivers."""

    items: tuple[DriverDetail, ...]


def driver_answers(written: WorldFormat, timeline: Timeline) -> tuple[DriverAnswer, ...]:
    """Describe the drivers of a world: mean and spread of each over the weighted draws."""
    world, weights = timeline.world, timeline.world.weights
    means = weights @ world.draws
    spreads = np.sqrt(weights @ (world.draws - means) ** 2)
    return tuple(
        DriverAnswer(id=d.id, title=d.title, high=d.high, mean=float(mean), sd=float(sd))
        for d, mean, sd in zip(written.drivers, means, spreads, strict=True)
    )


def driver_details(
    written: WorldFormat, timeline: Timeline, rows: Iterable[Row[Any]]
) -> tuple[DriverDetail, ...]:
    """Describe the drivers of a world with the questions that load on them.

    Args:
        rows: the world's questions (see `question_rows`).
    """
    loadings = _loadings(rows)
    return tuple(
        DriverDetail(**dict(one), world=written.id, questions=tuple(loadings.get(one.id, ())))
        for one in driver_answers(written, timeline)
    )


def _loadings(rows: Iterable[Row[Any]]) -> Mapping[str, list[LoadingAnswer]]:
    """Give how questions hang on each driver; derived ones do through their parents."""
    found: dict[str, list[LoadingAnswer]] = defaultdict(list)
    for row in rows:
        curve = QuestionFormat.model_validate_json(row.parent_body or row.body)
        for loading in curve.loadings:
            found[loading.driver].append(
                LoadingAnswer(
                    question=row.id,
                    weight=loading.weight,
                    choice=loading.choice,
                    reason=loading.reason,
                    through=row.parent,
                )
            )
    return found
