"""Which reports are due: quarters that ended, and outcomes that came after an edition."""

from collections import defaultdict

from sqlalchemy import Connection, select

from data.formats.resolutions import ResolutionFormat
from data.reports import first_live_instant, read_reports
from data.tables import RESOLUTIONS
from forecasts.reports.quarters import Quarter, quarter_of
from forecasts.times import start_of_day


def due_quarters(
    connection: Connection, now: float, after_days: float
) -> list[tuple[Quarter, int]]:
    """Give the quarters whose report is due, the oldest first, with the entry that makes it so.

    A quarter is due once it ended so many days ago, if an outcome belongs to it; and again once an
    outcome of it is that old and newer than its edition. Quarters that ended before the first entry
    that no bank dated back are nobody's news: their reports are made when somebody asks.
    """
    live = first_live_instant(connection)
    if live is None:
        return []
    newest = _newest_outcomes(connection, now - after_days)
    covered = {row.quarter: int(row.entries) for row in read_reports(connection)}
    due = [
        (quarter, seq)
        for quarter, seq in newest.items()
        if quarter.ends + after_days <= now
        and (quarter.ends > live or quarter.name in covered)
        and seq > covered.get(quarter.name, 0)
    ]
    return sorted(due)


def _newest_outcomes(connection: Connection, until: float) -> dict[Quarter, int]:
    """Give the newest entry that an outcome of each quarter had by an instant.

    An outcome that moves to another quarter is news of both.
    """
    query = (
        select(RESOLUTIONS.c.question, RESOLUTIONS.c.seq, RESOLUTIONS.c.body)
        .where(RESOLUTIONS.c.recorded_at <= until)
        .order_by(RESOLUTIONS.c.seq)
    )
    quarters: dict[str, set[Quarter]] = defaultdict(set)
    newest: dict[Quarter, int] = {}
    for row in connection.execute(query):
        known = ResolutionFormat.model_validate_json(row.body).known_by
        quarters[row.question].add(quarter_of(start_of_day(known)))
        newest |= dict.fromkeys(quarters[row.question], int(row.seq))
    return newest
