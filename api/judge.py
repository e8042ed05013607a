"""The judge: asks a process of its own for what takes long, keeps it, and answers at once."""

import asyncio
import contextlib
import json
import logging
import math
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Connection, func, select

from api.asking import AsOf
from api.changes import durable
from api.instance import Instance
from api.workflows.crediting import Prefix
from api.workflows.judging import as_bytes
from data.derived import (
    PREFIX_MARK,
    drop_old_prefixes,
    read_derived,
    read_derived_place,
    save_derived,
)
from data.ledger import read_checkpoint
from data.tables import LEDGER
from data.writer import Transaction
from forecasts.errors import KizashiError

_LOG = logging.getLogger("kizashi.judging")
_SECONDS_A_DAY = 86_400.0
#: Whoever finds nothing yet may ask again after so many seconds.
_ASK_AGAIN = 15
#: Between two computations of past states the judge rests for so much of `every_seconds`: whoever
#: asks for one past day after the other must not keep a processor busy.
_REST_SHARE = 0.1
#: After a failure the same is not computed again for so many seconds.
_REST_SECONDS = 60.0
#: Results that are kept as values, not only as bytes.
_KEPT = 8

type Run = Callable[[str, Prefix | None], Awaitable[bytes]]


class StillComputing(KizashiError):
    """A result is asked for that is not there yet."""

    message = (
        "This is computed from the whole ledger, which takes a while, and has just begun or goes "
        "on. Ask again in {retry_after} seconds."
    )


class JudgingFailed(KizashiError):
    """What was asked for could not be computed."""

    message = (
        "This could not be computed; the server's log says why. It is tried again when somebody "
        "asks in {retry_after} seconds or later."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A result.

    Attributes:
        body: the value.
        entries, hash: the checkpoint of the ledger that it was computed from.
        computed_at: instant.
        is_current: whether the ledger, and the day, are still the same.
    """

    body: Any
    entries: int
    hash: str
    computed_at: float
    is_current: bool


@dataclass(slots=True)
class Judge:
    """Keeps results of `api.workflows.judging`, and has them computed when somebody asks.

    One process at a time computes; the event loop and the writer never wait for it.

    Attributes:
        instance: whose ledger is judged.
        every_seconds: a result for the present is not computed again sooner.
        kept: results on past states that are kept at most.
        run: computes; tests may give one that is slower, or fails.
    """

    instance: Instance
    every_seconds: float = 600.0
    kept: int = 16
    run: Run = field(default_factory=lambda: run_process)
    _task: "asyncio.Task[None] | None" = None
    _tried: dict[str, float] = field(default_factory=dict)
    _past_tried: float = -math.inf
    _failed: set[str] = field(default_factory=set)
    _values: dict[str, tuple[float, Any]] = field(default_factory=dict)

    async def get(self, name: str, as_of: AsOf) -> Derived:
        """Give a result, and have a newer one computed if it is old.

        Raises:
            StillComputing: there is none yet.
            JudgingFailed: it could not be computed a moment ago.
        """
        now = self.instance.clock_instant()
        with self.instance.database.read() as connection:
            head = read_checkpoint(connection).entries
            prefix = past_prefix(connection, as_of, head)
            mark = _mark(prefix)
            row = read_derived_place(connection, name + mark)
        is_current = row is not None and (
            prefix is not None or (row.entries == head and row.computed_at // 1 == now // 1)
        )
        if not is_current:
            self._begin(mark, prefix, now, is_first=row is None)
        if row is None:
            failed = mark in self._failed and not self.is_running
            raise (JudgingFailed if failed else StillComputing)(retry_after=_ASK_AGAIN)
        body = await self._value(name + mark, row.computed_at)
        return Derived(body, row.entries, row.hash, row.computed_at, is_current)

    @property
    def is_running(self) -> bool:
        """Tell whether something is being computed."""
        return self._task is not None and not self._task.done()

    async def close(self) -> None:
        """Stop what is being computed."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def wait(self) -> None:
        """Wait until nothing is being computed."""
        if self._task is not None:
            await asyncio.shield(self._task)

    def _begin(self, mark: str, prefix: Prefix | None, now: float, *, is_first: bool) -> None:
        """Start to compute, unless something runs or the last time is too near."""
        rest = _REST_SECONDS if is_first else self.every_seconds
        tried = self._tried.get(mark)
        if is_first and tried is not None and mark not in self._failed:
            tried = None  # what was computed has been dropped for newer results
        if self.is_running or (tried is not None and now - tried < rest / _SECONDS_A_DAY):
            return
        if prefix is not None:
            if now - self._past_tried < _REST_SHARE * self.every_seconds / _SECONDS_A_DAY:
                return
            self._past_tried = now
        if len(self._tried) > 4 * self.kept:
            self._tried.clear()
        self._tried[mark] = now
        self._task = asyncio.create_task(self._compute(mark, prefix))

    async def _compute(self, mark: str, prefix: Prefix | None) -> None:
        """Compute in another process, and keep what comes."""
        self._failed.discard(mark)
        try:
            printed = await self.run(self.instance.database.url, prefix)
            await durable(self.instance, await asyncio.to_thread(self._keeping, printed, mark))
        except Exception:  # noqa: BLE001  # whatever it is, the server lives on
            self._failed.add(mark)
            _LOG.exception("judging failed")

    def _keeping(self, printed: bytes, mark: str) -> Callable[[Transaction], None]:
        """Give the change that keeps results."""
        found = json.loads(printed)
        bodies = {name: as_bytes(body) for name, body in found["results"].items()}
        now = self.instance.clock_instant()

        def keep(transaction: Transaction) -> None:
            for name, body in bodies.items():
                place = (name + mark, found["entries"], found["hash"])
                save_derived(transaction.connection, *place, now, body)
                drop_old_prefixes(transaction.connection, name, self.kept)

        return keep

    async def _value(self, name: str, computed_at: float) -> Any:
        """Read a body as a value, once."""
        known = self._values.get(name)
        if known is None or known[0] != computed_at:
            if len(self._values) >= _KEPT:
                self._values.clear()
            known = self._values[name] = await asyncio.to_thread(self._read, name)
        return known[1]

    def _read(self, name: str) -> tuple[float, Any]:
        """Read a body from the database."""
        with self.instance.database.read() as connection:
            row = read_derived(connection, name)
        if row is None:
            raise StillComputing(retry_after=_ASK_AGAIN)
        return row.computed_at, json.loads(row.body)


def past_prefix(connection: Connection, as_of: AsOf, head: int) -> Prefix | None:
    """Give how much of the ledger is asked for; None for all of it as it stands today."""
    if not as_of.is_past:
        return None
    query = select(func.max(LEDGER.c.seq)).where(LEDGER.c.recorded_at <= as_of.recorded_at)
    entries = int(connection.execute(query).scalar() or 0)
    return Prefix(min(entries, head), as_of.at)


async def run_process(url: str, prefix: Prefix | None) -> bytes:
    """Compute in a process of its own, and give what it prints."""
    told = ("", "") if prefix is None else (str(prefix.entries), repr(prefix.at))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.judging_process", url, *told, stdout=asyncio.subprocess.PIPE
    )
    try:
        printed, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ChildProcessError(process.returncode)
    return printed


def get_judge(request: Request) -> Judge:
    """Give the judge of the running application."""
    judge: Judge = request.app.state.judge
    return judge


def _mark(prefix: Prefix | None) -> str:
    """Name a past state: its entries, and the day up to which time passed."""
    return "" if prefix is None else f"{PREFIX_MARK}{prefix.entries}-{prefix.at // 1:.0f}"


JudgeDep = Annotated[Judge, Depends(get_judge)]
