"""Delivering to webhooks: from the ledger, one message at a time to each, until it is taken."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import Row

from api.changes import durable
from api.instance import Instance
from api.logs import LOG
from api.push.addresses import WebhookAddresses
from api.push.news import News
from api.push.sending import Outcome, message_of, send, signed_headers
from api.push.streams import Wanted
from api.workflows.notifying import hand_over, settle
from data.webhooks import active_webhooks, count_waiting, due_deliveries, next_due

#: Messages that are sent at once.
AT_ONCE = 8
#: Messages that may wait for one webhook; the rest waits in the ledger.
MOST_WAITING = 100
#: How far a webhook whose filters take nothing may fall behind before that is stored.
_FAR = 500
#: However quiet it is, it is looked so often; and not more often after something went wrong.
_LONGEST_PAUSE, _PAUSE_AFTER_ERROR = 60.0, 5.0
#: However much is stored, it is looked no more often for what is new: a look takes some 3 ms.
_BETWEEN_LOOKS = 0.1
_SECONDS_A_DAY = 86_400.0


class Deliveries:
    """The task that delivers. All that it must remember stands in the database.

    Attributes:
        addresses: checks where a message may go.
    """

    def __init__(self, instance: Instance, news: News, addresses: WebhookAddresses) -> None:
        self.addresses = addresses
        self._instance = instance
        self._news = news
        self._looked_at: dict[str, int] = {}
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._news.start()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; what was on its way without an answer is sent again after the next start."""
        tasks = [*self._sending.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.addresses.close()

    def wake(self) -> None:
        """Look at once for what is to be done; from any thread."""
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._woken.set)

    async def try_out(self, webhook: Row[Any]) -> Outcome:
        """Send a message that says no more than that it is a test."""
        now = self._instance.clock()
        name = f"test_{webhook.id}_{int(now.timestamp())}"
        body = message_of("test", f"{now:%Y-%m-%dT%H:%M:%SZ}", {"webhook": webhook.id})
        headers = signed_headers(webhook.secret, name, body, now)
        return await send(self.addresses, webhook.url, headers, body)

    async def _run(self) -> None:
        """Hand over what is new, send what is due, and wait."""
        clock = asyncio.get_running_loop().time
        while True:
            next_look = clock() + _BETWEEN_LOOKS
            bell = self._news.bell
            self._woken.clear()
            try:
                await self._hand_over()
                pause = await self._send_due()
            except Exception as error:  # noqa: BLE001  # a full disk ends: the task must not
                LOG.warning("deliveries wait", error=type(error).__name__)
                pause = _PAUSE_AFTER_ERROR
            await self._wait(bell, pause)
            with suppress(TimeoutError):  # a message that is done makes room for the next at once
                async with asyncio.timeout_at(next_look):
                    await self._woken.wait()

    async def _wait(self, bell: asyncio.Event, seconds: float) -> None:
        """Wait for news, for a message that is done, or for the next that is due."""
        waits = [asyncio.create_task(event.wait()) for event in (bell, self._woken)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _hand_over(self) -> None:
        """Put what is new on its way to each webhook that wants it."""
        webhooks, waiting = await self._read(lambda c: (active_webhooks(c), count_waiting(c)))
        names = {webhook.id for webhook in webhooks}
        self._looked_at = {n: at for n, at in self._looked_at.items() if n in names}
        for webhook in webhooks:
            await self._hand_to(webhook, MOST_WAITING - waiting.get(webhook.id, 0))

    async def _hand_to(self, webhook: Row[Any], room: int) -> None:
        """Put what is new on its way to one webhook, as far as there is room."""
        looked_at = max(webhook.after, self._looked_at.get(webhook.id, 0))
        wanted = Wanted(frozenset(webhook.kinds.split()) or None, webhook.question)
        found: list[int] = []
        while looked_at < self._news.head and len(found) < room:
            for told in await self._news.after(looked_at):
                if len(found) == room:
                    break
                looked_at = told.event.entry
                if wanted.takes(told):
                    found.append(looked_at)
        if found or looked_at - webhook.after >= _FAR:
            now = self._instance.clock_instant()
            await durable(self._instance, lambda t: hand_over(t, webhook.id, found, looked_at, now))
        self._looked_at[webhook.id] = looked_at

    async def _send_due(self) -> float:
        """Begin to send what is due; give the seconds until there is more."""
        now = self._instance.clock_instant()
        busy = set(self._sending)  # one that ends while we read is still due in what we read
        due, following = await self._read(lambda c: (due_deliveries(c, now), next_due(c)))
        for delivery in due:
            if len(self._sending) >= AT_ONCE:
                return _LONGEST_PAUSE
            if delivery.webhook not in busy:
                task = asyncio.create_task(self._deliver(delivery))
                self._sending[delivery.webhook] = task
                task.add_done_callback(partial(self._done, delivery.webhook))
        if following is None or following <= now:  # a message that is done will wake us
            return _LONGEST_PAUSE
        return min(_LONGEST_PAUSE, (following - now) * _SECONDS_A_DAY)

    def _done(self, webhook: str, task: asyncio.Task[None]) -> None:
        """Make room for the next message."""
        self._sending.pop(webhook, None)
        if not task.cancelled() and task.exception() is None:
            self._woken.set()  # after an error the next look comes by itself

    async def _deliver(self, delivery: Row[Any]) -> None:
        """Send one message, made anew from the ledger, and note what became of it."""
        told, *_ = await self._news.after(delivery.seq - 1)
        event = told.about(delivery.question)
        data = event.model_dump(mode="json", exclude_none=True)
        body = message_of(event.kind, event.recorded_at, data)
        headers = signed_headers(delivery.secret, delivery.id, body, self._instance.clock())
        outcome = await send(self.addresses, delivery.url, headers, body)
        now = self._instance.clock_instant()
        await durable(
            self._instance,
            lambda t: settle(
                t,
                delivery.id,
                outcome.status,
                now,
                delivered=outcome.is_delivered,
                gone=outcome.is_gone,
            ),
        )

    async def _read[T](self, reading: Callable[[Any], T]) -> T:
        """Read from the database, away from the loop."""

        def read() -> T:
            with self._instance.database.read() as connection:
                return reading(connection)

        return await asyncio.to_thread(read)
