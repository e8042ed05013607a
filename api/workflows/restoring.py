"""Starting from what is stored: catch up with the ledger, and put the stored draws in place."""

from sqlalchemy import Connection

from api.workflows.unfolding import played
from data.history import read_particles
from forecasts.timeline import Timeline, asleep, awaken


def restore_timelines(connection: Connection) -> dict[str, Timeline]:
    """Give every world's timeline as it stood after the last COMMIT, to the last bit."""
    timelines = {timeline.world.id: timeline for timeline, _ in played(connection, asleep)}
    for world, timeline in timelines.items():
        moves, draws, reference = read_particles(connection, world)
        timelines[world] = awaken(timeline, draws, reference, moves)
    return timelines
