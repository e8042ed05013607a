"""The control of the crash test: a server that answers before COMMIT, and so must lose records."""

import time

from sqlalchemy import event
from sqlalchemy.engine import Connection

from api.auditing import AuditedWriter
from api.cli import main

#: Between the answer and the COMMIT; a kill has to fall in between for the loss to show.
GAP_SECONDS = 0.05


class EarlyWriter(AuditedWriter):
    """Tells its callers that their changes are durable while they are not."""

    def _attempt(self, transaction, waiting):
        attempted = super()._attempt(transaction, waiting)
        super()._answer([attempted])
        return attempted

    def _answer(self, answers):
        """Every caller has been told already."""


def wait_before_commit(connection: Connection) -> None:
    """Leave time for the kill."""
    del connection
    time.sleep(GAP_SECONDS)


if __name__ == "__main__":
    import api.instance

    api.instance.AuditedWriter = EarlyWriter
    event.listen(Connection, "commit", wait_before_commit)
    main()
