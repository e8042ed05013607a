"""The deed of recalling: every world as it stood at a past moment, from the ledger."""

from collections.abc import Iterable

from sqlalchemy import Connection

from api.workflows.unfolding import played_entries
from data.history import knows_when_draws_stood, read_particles
from data.ledger import Entry, read_entries
from forecasts.timeline import Passed, Timeline, asleep, awaken, play


def recall_timelines(
    connection: Connection, recorded_at: str, midnight: float
) -> dict[str, Timeline]:
    """Give every world as the entries up to a time left it, and as time passed up to a midnight.

    The entries are gathered without being read, and the draws that stood after the last of them
    are put in place: the same to the last bit as playing all of them, in a fraction of the time.

    Args:
        recorded_at: time of the last entry that counts, as the ledger writes it.
    """
    gathered = _last(connection, read_entries(connection, until=recorded_at))
    if not all(knows_when_draws_stood(connection, world) for world in gathered):
        return _played_in_full(connection, recorded_at, midnight)
    timelines = {}
    for world, (entry, timeline) in gathered.items():
        moves, draws, reference = read_particles(connection, world, entry.seq)
        awake = awaken(timeline, draws, reference, moves)
        timelines[world] = play(awake, Passed(), midnight)[0]
    return timelines


def _last(connection: Connection, entries: Iterable[Entry]) -> dict[str, tuple[Entry, Timeline]]:
    """Gather entries, and give each world's last one with what was gathered by then."""
    return {
        timeline.world.id: (entry, timeline)
        for entry, timeline, _ in played_entries(connection, entries, asleep)
    }


def _played_in_full(
    connection: Connection, recorded_at: str, midnight: float
) -> dict[str, Timeline]:
    """Play every entry: for databases whose draws do not tell when they stood."""
    entries = read_entries(connection, until=recorded_at)
    timelines = {found.world.id: found for _, found, _ in played_entries(connection, entries)}
    return {name: play(found, Passed(), midnight)[0] for name, found in timelines.items()}
