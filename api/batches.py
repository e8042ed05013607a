"""Batches: many records or forecasts in one change, all or nothing or each by itself."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from api.answers import Answer
from api.errors import Problem, problem_of
from data.writer import Change, Transaction
from forecasts.errors import KizashiError, Refused

#: Items of a batch.
MOST_ITEMS = 1_000
Mode = Literal["all_or_nothing", "partial"]
ModeQuery = Annotated[
    Mode, Query(description="all_or_nothing: one that is refused refuses all; partial: only itself")
]


class BatchRefused(Refused):
    """One item of a batch that is taken whole or not at all was refused."""

    message = (
        "Item {index} (from 0) is refused, so nothing was stored: {reason} "
        "Mend or remove it, or send the batch with mode=partial."
    )


class ItemAnswer(Answer):
    """What became of one item."""

    index: int = Field(description="its place in the batch, from 0")
    status: int = Field(description="201 stored, 200 there already, 4xx refused: see `problem`")
    id: str | None = Field(description="of what was stored; null where it was refused")
    problem: Problem | None


class BatchAnswer(Answer):
    """What became of a batch."""

    stored: int
    repeated: int
    refused: int
    items: tuple[ItemAnswer, ...]


def batch_of[Item](
    items: Sequence[Item],
    mode: Mode,
    language: str,
    store: Callable[[Transaction, Item], tuple[str, bool]],
) -> Change[BatchAnswer]:
    """Give the change that takes a batch.

    Args:
        store: takes one item; gives its id, and whether it was there already.
    """

    def change(transaction: Transaction) -> BatchAnswer:
        answers = [
            _stored(transaction, index, item, mode, language, store)
            for index, item in enumerate(items)
        ]
        counts = [sum(answer.status == status for answer in answers) for status in (201, 200)]
        refused = len(answers) - sum(counts)
        return BatchAnswer(
            stored=counts[0], repeated=counts[1], refused=refused, items=tuple(answers)
        )

    return change


def _stored[Item](
    transaction: Transaction,
    index: int,
    item: Item,
    mode: Mode,
    language: str,
    store: Callable[[Transaction, Item], tuple[str, bool]],
) -> ItemAnswer:
    """Take one item, and say what became of it."""
    try:
        name, repeated = transaction.attempt(lambda inside: store(inside, item))
    except KizashiError as error:
        problem = problem_of(error, language)
        if mode == "all_or_nothing":
            raise BatchRefused(index=index, reason=problem.detail) from error
        return ItemAnswer(index=index, status=problem.status, id=None, problem=problem)
    return ItemAnswer(index=index, status=200 if repeated else 201, id=name, problem=None)
