"""Producing reports: from a database and a wish to values and files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from api.reports.comparing import built_of
from api.reports.forms import files_of
from api.reports.gathering import gather, inputs_of
from api.reports.layout import as_values
from api.reports.versions import made_with
from data.history import last_instant
from data.ledger import Checkpoint, read_checkpoint, read_checkpoints
from data.reports import BuiltReport, read_worlds
from forecasts.errors import Refused, Unknown
from forecasts.reports.building import build_report
from forecasts.reports.quarters import Quarter


class WorldBehind(Refused):
    """The stored history does not reach the end of a quarter."""

    message = (
        "The history of a world ends before {quarter} does. Start `kizashi serve` once, which lets "
        "time pass, and build the report then."
    )


class NoCheckpoint(Unknown):
    """A checkpoint is named that the ledger does not have."""

    message = "The ledger has no entry {entries}: it has {count}."


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reports are to be produced, and from what.

    Attributes:
        quarters: of which.
        first_month: with which the year begins in titles.
        languages: of HTML and PDF.
        entries: of the ledger that are read; None: all.
        plays: whether the model and other voices are scored, which takes a replay.
        with_pdf: None: where the extra `reports` is installed.
    """

    quarters: tuple[Quarter, ...]
    first_month: int = 1
    languages: tuple[str, ...] = ("en", "ja")
    entries: int | None = None
    plays: bool = True
    with_pdf: bool | None = None


def produce(connection: Connection, wish: Wish) -> Iterator[BuiltReport]:
    """Produce reports, one after the other, all from one checkpoint.

    Raises:
        WorldBehind, NoCheckpoint: see there.
        TypesetterMissing: a PDF is wanted, and the extra is not there.
    """
    place = checkpoint_of(connection, wish.entries)
    if wish.plays:
        _require_reached(connection, wish.quarters)
    gathered = gather(connection, place, wish.quarters, plays=wish.plays)
    made = made_with(plays=wish.plays)
    for quarter in wish.quarters:
        inputs = inputs_of(connection, gathered, quarter, wish.first_month, made)
        values = as_values(build_report(inputs))
        files = files_of(values, wish.languages, with_pdf=wish.with_pdf)
        yield built_of(values, files)


def checkpoint_of(connection: Connection, entries: int | None) -> Checkpoint:
    """Give the checkpoint after so many entries; None: the newest.

    Raises:
        NoCheckpoint: the ledger has fewer.
    """
    head = read_checkpoint(connection)
    if entries is None or entries == head.entries:
        return head
    found = read_checkpoints(connection, 1, before=entries + 1)
    if not found or found[0].entries != entries:
        raise NoCheckpoint(entries=entries, count=head.entries)
    return found[0]


def _require_reached(connection: Connection, quarters: Sequence[Quarter]) -> None:
    """See to it that the history of every world reaches the quarters' ends."""
    end = max(quarter.ends for quarter in quarters)
    for world in read_worlds(connection):
        reached = last_instant(connection, world)
        if reached is not None and reached < end:
            quarter = max(quarters)
            raise WorldBehind(quarter=quarter.name)
