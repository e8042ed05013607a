"""Changes: durable before they are answered, done once where asked, or only tried."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Header, Query, Request, Response, status
from pydantic import BaseModel
from sqlalchemy import delete, insert, select

from api.access import instance_of
from api.instance import Instance
from data.access_tables import ONCE
from data.writer import Change, Transaction
from forecasts.errors import Malformed

#: For so many days the same idempotency key gives the same answer.
ONCE_DAYS = 2.0


class KeyReused(Malformed):
    """An idempotency key came again with something else."""

    message = (
        "This Idempotency-Key came before with another request. "
        "Use a new key for each change; send the same key only to repeat the same request."
    )


class _OnlyTried(Exception):  # no error: it takes a dry run back
    """Carries the answer of a dry run out of the transaction that it undoes."""

    def __init__(self, answer: BaseModel) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Changing:
    """How a change is asked for.

    Attributes:
        instance: where it happens.
        response: of the request.
        once: the idempotency key, if one came.
        fingerprint: hash of method, address and body, which a repeated key must share.
        dry_run: say what it would do, and store nothing.
    """

    instance: Instance
    response: Response
    once: str | None
    fingerprint: str
    dry_run: bool

    async def do[T: BaseModel](self, kind: type[T], actor: str, change: Change[T]) -> T:
        """Make a change and give its answer, after COMMIT.

        Args:
            kind: of the answer: what is stored under an idempotency key is read as one.
            actor: who asks; keys of different actors never meet.

        Raises:
            KeyReused: the key came before, with another request.
        """
        now = self.instance.clock_instant()

        def run(transaction: Transaction) -> T:
            if self.once is not None:
                known = _known_answer(transaction, actor, self.once, self.fingerprint)
                if known is not None:
                    return kind.model_validate_json(known)
            answer = change(transaction)
            if self.dry_run:
                raise _OnlyTried(answer)
            if self.once is not None:
                _keep_answer(transaction, actor, self.once, self.fingerprint, answer, now)
            return answer

        try:
            return await durable(self.instance, run)
        except _OnlyTried as tried:
            self.response.status_code = status.HTTP_200_OK
            self.response.headers["Dry-Run"] = "true"
            return cast(T, tried.answer)


async def get_changing(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern=r"^[\x21-\x7e]+$",
            description="any text of yours: repeated, it gives the same answer and does nothing",
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, Query(description="say what this would do to every forecast, and store nothing")
    ] = False,
) -> Changing:
    """Read how a change is asked for."""
    fingerprint = ""
    if idempotency_key is not None:
        content = hashlib.sha256(await request.body()).hexdigest()
        fingerprint = f"{request.method} {request.url.path} {content}"
    return Changing(instance_of(request), response, idempotency_key, fingerprint, dry_run)


async def durable[T](instance: Instance, change: Change[T]) -> T:
    """Hand a change to the writer, and wait for its COMMIT without holding up other requests."""
    return await asyncio.wrap_future(instance.writer.submit(change))


ChangingDep = Annotated[Changing, Depends(get_changing)]


def _known_answer(transaction: Transaction, actor: str, key: str, fingerprint: str) -> bytes | None:
    """Give the answer to the same request under the same key, if there was one."""
    query = select(ONCE.c.fingerprint, ONCE.c.answer).where(
        ONCE.c.actor == actor, ONCE.c.key == key
    )
    row = transaction.connection.execute(query).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused
    answer: bytes = row.answer
    return answer


def _keep_answer(
    transaction: Transaction,
    actor: str,
    key: str,
    fingerprint: str,
    answer: BaseModel,
    now: float,
) -> None:
    """Keep an answer under its key, and forget those that are too old to be asked for."""
    row = {"actor": actor, "key": key, "fingerprint": fingerprint, "answered_at": now}
    row["answer"] = answer.model_dump_json().encode()
    transaction.connection.execute(delete(ONCE).where(ONCE.c.answered_at < now - ONCE_DAYS))
    transaction.connection.execute(insert(ONCE), row)
