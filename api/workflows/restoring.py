"""Starting from what is stored: catch up with the ledger, and put the stored draws in place."""

from sqlalchemy import Connection

from api.workflows.unfolding import PRIOR_SEED, fit_reader
from data.events import begin_world, entry_instant, events_of
from data.history import last_instant, read_particles
from data.ledger import read_entries
from forecasts.reliability import draw_from_priors
from forecasts.timeline import Passed, Timeline, asleep, awaken, play


def restore_timelines(connection: Connection) -> dict[str, Timeline]:
    """Give every world's timeline as it stood after the last COMMIT, to the last bit."""
    timelines: dict[str, Timeline] = {}
    fits = fit_reader(connection)
    for entry in read_entries(connection):
        if entry.kind == "bank":
            timeline = asleep(begin_world(entry, draw_from_priors(PRIOR_SEED)))
            timelines[timeline.world.id] = timeline
        for world, event in events_of(entry, timelines, fits):
            timelines[world], _ = play(timelines[world], event, entry_instant(entry))
    return {world: _awake(connection, timeline) for world, timeline in timelines.items()}


def _awake(connection: Connection, timeline: Timeline) -> Timeline:
    """Let the rest of the time pass, and put the stored draws in place."""
    world = timeline.world.id
    now = last_instant(connection, world) or timeline.world.now
    timeline, _ = play(timeline, Passed(), now)
    moves, draws, reference = read_particles(connection, world)
    return awaken(timeline, draws, reference, moves)
