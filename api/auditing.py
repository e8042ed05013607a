"""The audit: every change that became durable is told in the log, with who asked for it."""

from concurrent.futures import Future

from api.current import CURRENT
from api.logs import LOG
from data.writer import Change, Transaction, Writer


class _Audited[T]:
    """A change that remembers which entries of the ledger it made."""

    def __init__(self, change: Change[T]) -> None:
        self._change = change
        self._request = CURRENT.get()
        self._before = self._after = 0

    def __call__(self, transaction: Transaction) -> T:
        """Make the change."""
        self._before = transaction.head.entries
        result = self._change(transaction)
        self._after = transaction.head.entries
        return result

    def tell(self, future: "Future[T]") -> None:
        """Tell of the change, once its COMMIT has come; in the writer's thread."""
        request = self._request
        if request is None or future.cancelled() or future.exception() is not None:
            return
        entries = range(self._before + 1, self._after + 1)
        LOG.info(
            "change",
            request_id=request.id,
            operation=request.operation,
            actor=request.actor,
            key=request.key,
            first_entry=entries[0] if entries else None,
            entries=len(entries),
        )


class AuditedWriter(Writer):
    """The one writer, which tells of every change that a request asked for."""

    def submit[T](self, change: Change[T]) -> "Future[T]":
        """Hand in a change, and tell of it once it is durable, whoever still waits for it.

        Raises:
            WriterBusy, WriterClosed: see there.
        """
        audited = _Audited(change)
        future = super().submit(audited)
        future.add_done_callback(audited.tell)
        return future
