"""The deed of publishing a report: its files and the ledger's entry, in one transaction."""

import hashlib
from datetime import datetime

from data.reports import BuiltReport, read_reports, save_report
from data.writer import Transaction
from forecasts.errors import KizashiError, Refused
from forecasts.times import instant_of


class ReportFailed(KizashiError):
    """A report could not be produced."""

    message = "The report could not be produced; the server's log says why."


class EditionTaken(Refused):
    """An edition was published while another one was built."""

    message = (
        "Edition {edition} of {quarter} was published meanwhile. Build it again, so that it looks "
        "back on that one."
    )


def publish_report(
    transaction: Transaction, built: BuiltReport, actor: str | None, now: datetime
) -> str:
    """Publish an edition; it never changes from then on.

    Args:
        actor: who asked for it; None: the schedule.

    Raises:
        EditionTaken: there is one of its number already.
    """
    editions = read_reports(transaction.connection, quarter=built.quarter)
    if len(editions) + 1 != built.edition:
        raise EditionTaken(edition=built.edition, quarter=built.quarter)
    name = f"rp-{built.quarter}-{built.edition}"
    hashes = {file: hashlib.sha256(body).hexdigest() for file, body in built.files.items()}
    body = {
        "id": name,
        "quarter": built.quarter,
        "edition": built.edition,
        "checkpoint": {"entries": built.entries, "hash": built.hash},
        "actor": actor,
        "files": hashes,
        "shown": built.body,
    }
    entry = transaction.append("report", body, now)
    save_report(transaction.connection, entry, instant_of(now), built.files)
    return name
