"""Tests of keeping steps and particles."""

from dataclasses import replace

import numpy as np
from sqlalchemy import insert, text

from data.database import Database
from data.history import (
    knows_when_draws_stood,
    last_instant,
    read_particles,
    save_particles,
    save_steps,
)
from data.ledger import GENESIS, Checkpoint, as_row, next_entry
from data.tables import LEDGER, QUESTIONS, WORLDS
from forecasts.evidence import Stance
from forecasts.timeline import Observed, Passed, Registered, Timeline, play
from forecasts.times import moment_of
from forecasts.worlds import new_world
from tests.forecasts import building as b


def prepare(database: Database) -> Timeline:
    """One world with one question, in the tables and as a timeline."""
    entry = next_entry(Checkpoint(0, GENESIS), "bank", {}, moment_of(b.OPENS))
    row = {"id": "plain", "world": "w", "seq": 1, "version": 1, "opens": 0, "closes": 9, "body": ""}
    with database.writing.begin() as connection:
        connection.execute(insert(LEDGER), as_row(entry))
        connection.execute(insert(WORLDS), {"id": "w", "seq": 1, "body": "{}"})
        connection.execute(insert(QUESTIONS), row)
    timeline = Timeline(new_world("w", b.DRIVERS, b.sure(), b.OPENS - 1))
    return play(timeline, Registered(*b.plain()), b.OPENS - 1)[0]


def test_steps_are_kept_with_what_caused_them(empty: Database) -> None:
    before = prepare(empty)
    opened, opening = play(before, Passed(), b.OPENS + 0.5)
    record = b.record("r1", Stance("plain", "yes", 2.0))
    after, moved = play(opened, Observed(record), b.OPENS + 0.75)

    with empty.writing.begin() as connection:
        save_steps(connection, before, opened, opening, 2)
        save_steps(connection, opened, after, moved, 3)
        save_steps(connection, after, after, [], 4)

    with empty.read() as connection:
        rows = connection.execute(text("SELECT * FROM step ORDER BY id")).all()
        assert last_instant(connection, "w") == b.OPENS + 0.75
        assert last_instant(connection, "elsewhere") is None
        assert connection.execute(text("SELECT COUNT(*) FROM particles")).scalar() == 0
    assert [(row.cause, row.cause_id, bool(row.direct)) for row in rows] == [
        ("opening", "", True),
        ("evidence", "r1", True),
    ]
    assert rows[1].probability == after.standing["plain"].probability
    assert rows[1].bits > 0 == rows[0].bits


def test_the_newest_particles_come_back_bit_for_bit(empty: Database) -> None:
    timeline = prepare(empty)
    moved = replace(timeline, world=replace(timeline.world, moves=3, draws=-timeline.world.draws))

    with empty.writing.begin() as connection:
        save_particles(connection, timeline.world, 1)
        save_steps(connection, timeline, moved, [], 5)  # draws that moved are kept

    with empty.read() as connection:
        moves, draws, reference = read_particles(connection, "w")
        earlier = read_particles(connection, "w", after=4)
        assert read_particles(connection, "w", after=5)[0] == moves
        assert knows_when_draws_stood(connection, "w")
    assert earlier[0] == timeline.world.moves
    np.testing.assert_array_equal(earlier[1], timeline.world.draws)
    assert moves == 3
    np.testing.assert_array_equal(draws, -timeline.world.draws)
    np.testing.assert_array_equal(reference, np.zeros(4_000))
