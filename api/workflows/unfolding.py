"""What every deed does once its entry is in the ledger: let it happen, and keep the steps."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, select

from data.events import FitReader, begin_world, entry_instant, events_of
from data.fits import decode_fit
from data.history import last_instant, save_particles, save_steps
from data.ledger import Entry, read_entries
from data.tables import FITS, LEDGER
from data.writer import Transaction
from forecasts.errors import LedgerBroken
from forecasts.reliability import draw_from_priors
from forecasts.timeline import Passed, Refitted, Step, Timeline, play

#: Settles the reliabilities that serve before the first fit; any number does.
PRIOR_SEED = 20250227


def unfold(transaction: Transaction, entry: Entry, fits: FitReader | None = None) -> list[Step]:
    """Let an entry happen in every world that it touches; keep and give the steps.

    Args:
        fits: reads the draws of a fit; None: from the database.
    """
    if entry.kind == "bank":
        timeline = begin_world(entry, draw_from_priors(PRIOR_SEED))
        transaction.timelines[timeline.world.id] = timeline
        save_particles(transaction.connection, timeline.world, entry.seq)
        return []
    steps: list[Step] = []
    fits = fits or fit_reader(transaction.connection)
    for world, event in events_of(entry, transaction.timelines, fits):
        before = transaction.timelines[world]
        after, moved = play(before, event, entry_instant(entry))
        transaction.timelines[world] = after
        save_steps(transaction.connection, before, after, moved, entry.seq)
        steps += moved
    return steps


def pass_time(transaction: Transaction, now: float) -> int:
    """Let time pass in every world; give the number of steps."""
    count = 0
    for world, before in list(transaction.timelines.items()):
        after, steps = play(before, Passed(), now)
        transaction.timelines[world] = after
        save_steps(transaction.connection, before, after, steps, transaction.head.entries + 1)
        count += len(steps)
    return count


def played(
    connection: Connection, prepare: Callable[[Timeline], Timeline] = lambda timeline: timeline
) -> Iterator[tuple[Timeline, list[Step]]]:
    """Play the ledger from its first entry to where the stored history ends, and store nothing.

    Args:
        prepare: what is done with each world's timeline as it begins.

    Yields:
        The timeline that each event gave, with the steps of its questions.
    """
    timelines: dict[str, Timeline] = {}
    for _, timeline, steps in played_entries(connection, read_entries(connection), prepare):
        timelines[timeline.world.id] = timeline
        yield timeline, steps
    for world, timeline in timelines.items():
        yield play(timeline, Passed(), last_instant(connection, world) or timeline.world.now)


def played_entries(
    connection: Connection,
    entries: Iterable[Entry],
    prepare: Callable[[Timeline], Timeline] = lambda timeline: timeline,
) -> Iterator[tuple[Entry, Timeline, list[Step]]]:
    """Play entries of the ledger, the first one first, and store nothing.

    Yields:
        The entry, and the timeline that each of its events gave, with the steps of its questions.
    """
    timelines: dict[str, Timeline] = {}
    fits = fit_reader(connection)
    for entry in entries:
        if entry.kind == "bank":
            timeline = prepare(begin_world(entry, draw_from_priors(PRIOR_SEED)))
            timelines[timeline.world.id] = timeline
            yield entry, timeline, []
        for world, event in events_of(entry, timelines, fits):
            timelines[world], steps = play(timelines[world], event, entry_instant(entry))
            yield entry, timelines[world], steps


def fit_reader(connection: Connection) -> FitReader:
    """Give a function that reads the draws of a fit by its id.

    It raises LedgerBroken if they are not the bytes whose hash the ledger holds.
    """
    query = select(FITS.c.seq, FITS.c.draws, LEDGER.c.body).join(LEDGER, LEDGER.c.seq == FITS.c.seq)

    def read(fit: str) -> Refitted:
        row = connection.execute(query.where(FITS.c.id == fit)).one()
        if hashlib.sha256(row.draws).hexdigest() != json.loads(row.body)["draws_sha256"]:
            raise LedgerBroken(seq=row.seq, what="the stored draws of its fit were altered")
        return decode_fit(fit, row.draws)

    return read
