"""Tests of landing a fit: what the ledger keeps, what replays, and how little the writer reads."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from api.instance import Instance, open_instance
from api.workflows.landing import check_fit, land_fit, prepared
from api.workflows.recording import record_evidence
from api.workflows.replaying import replay_ledger
from data.facts import save_actor
from data.formats.evidence import EvidenceFormat
from data.ledger import read_checkpoint
from data.tables import FITS
from data.writer import Change, Writer
from forecasts import curves
from forecasts.errors import FitDoesNotFit, PoorDiagnostics, UnknownWorld
from forecasts.origins import OriginGroup
from forecasts.refusals import NameTaken
from tests.api.asking import OPEN_DATE, RECORD
from tests.api.fitted import GOOD, WORLD, made_fit
from tests.conftest import NOW

pytestmark = pytest.mark.slow

SERIES = [
    {**RECORD, "fact": {"en": f"Someone said so for the {n}th time."}, "source": f"paper-{n}"}
    for n in range(3)
]


def record(instance: Instance, body: dict[str, Any], submitter: str | None = None) -> None:
    written = EvidenceFormat.model_validate(body)
    (curator,) = instance.writer.timelines[WORLD].curators
    instance.writer.do(lambda change: record_evidence(change, written, submitter or curator, NOW))


class Interrupted(Writer):
    """A writer before whose next change something else happens: evidence that came meanwhile."""

    def __init__(self, writer: Writer, meanwhile: Callable[[], None]) -> None:
        self.writer, self.meanwhile = writer, [meanwhile]

    @property
    def timelines(self):
        return self.writer.timelines

    def do[T](self, change: Change[T]) -> T:
        if self.meanwhile:
            self.meanwhile.pop()()
        return self.writer.do(change)


def assert_replays(instance: Instance) -> None:
    with instance.database.read() as connection:
        assert replay_ledger(connection).difference is None


def test_a_landed_fit_moves_forecasts_and_keeps_its_draws(instance):
    fit = made_fit(instance)

    landed = land_fit(instance.writer, fit, lambda: NOW)

    with instance.database.read() as connection:
        stored = connection.execute(select(FITS)).one()
        head = read_checkpoint(connection).entries
    assert {step.cause for step in landed.steps} == {"fit"}
    assert any(step.bits != 0 for step in landed.steps)
    assert (stored.seq, stored.draws) == (head, fit.draws)
    assert instance.writer.timelines[WORLD].world.reliability.seed == 99


@pytest.mark.slow
def test_a_landed_fit_survives_a_restart_and_a_replay(database: Path):
    url = f"sqlite:///{database}"
    with open_instance(url, lambda: NOW) as instance:
        land_fit(instance.writer, made_fit(instance), lambda: NOW)
        before = instance.writer.timelines[WORLD]

    with open_instance(url, lambda: NOW) as instance:
        after = instance.writer.timelines[WORLD]
        assert_replays(instance)

    assert np.array_equal(after.world.draws, before.world.draws)
    for question, forecast in before.standing.items():
        assert np.array_equal(after.standing[question].cells, forecast.cells)


@pytest.mark.slow
def test_what_came_between_preparing_and_landing_counts_and_the_history_replays(instance):
    fit = made_fit(instance)
    first = SERIES[0]
    record(instance, first)
    by_newcomer = {**SERIES[2], "kind": "rumour"}

    def meanwhile() -> None:
        record(instance, SERIES[1])
        instance.writer.do(lambda change: save_actor(change.connection, "new", "New", "person"))
        record(instance, by_newcomer, "new")

    landed = land_fit(Interrupted(instance.writer, meanwhile), fit, lambda: NOW)
    record(instance, {**SERIES[0], "fact": {"en": "And once more."}})

    heard = instance.writer.timelines[WORLD].world.curves[OPEN_DATE].said
    assert len(landed.steps) == len(instance.writer.timelines[WORLD].standing)
    assert len([s for s in heard.values() if s.record.source.startswith("paper-")]) == 4
    assert_replays(instance)


def test_the_writer_reads_only_the_origins_that_came_since(instance, monkeypatch):
    fit, read = made_fit(instance), list[OriginGroup]()
    whole, origin = curves.read_curve, curves.read_origin

    def counted(group, reliability):
        read.append(group)
        return origin(group, reliability)

    def forbidden(*_):
        raise AssertionError("the writer reads a whole curve")

    def meanwhile() -> None:
        record(instance, SERIES[1])
        monkeypatch.setattr(curves, "read_origin", counted)
        monkeypatch.setattr("forecasts.worlds.read_curve", forbidden)

    land_fit(Interrupted(instance.writer, meanwhile), fit, lambda: NOW)
    since = len(read)
    monkeypatch.setattr("forecasts.worlds.read_curve", whole)
    ready = prepared(check_fit(instance.writer, fit), instance.writer.timelines[WORLD])

    assert since == 1  # one record, one origin, one curve
    assert len(read) > 100  # reading all, as `prepared` without an earlier state does
    assert ready.prepared is not None


def test_where_submitters_became_established_all_is_read_before_the_writer_again(instance):
    fit, made_way = made_fit(instance), []

    def become_established() -> None:
        line = instance.writer.timelines[WORLD]
        world = replace(line.world, established=line.world.established | {"new"})
        line = replace(line, world=world)
        instance.writer.do(lambda change: change.timelines.update({WORLD: line}))

    class Watched(Interrupted):
        def do(self, change):
            answer = super().do(change)
            made_way.append(answer is None)
            return answer

    land_fit(Watched(instance.writer, become_established), fit, lambda: NOW)

    assert made_way == [True, False]


def test_the_same_fit_lands_once(instance):
    fit = made_fit(instance)
    first = land_fit(instance.writer, fit, lambda: NOW)
    entries = instance.writer.do(lambda change: change.head.entries)
    again = land_fit(instance.writer, fit, lambda: NOW)

    assert (first.repeated, again.repeated, again.steps) == (False, True, [])
    assert instance.writer.do(lambda change: change.head.entries) == entries


POOR = {**GOOD, "r_hat": 1.2}
REFUSED = [
    ({"world": "elsewhere"}, UnknownWorld, "no world"),
    ({"draws_sha256": "0" * 64}, FitDoesNotFit, "were altered"),
    ({"checkpoint": {"entries": 3, "hash": "0" * 64}}, FitDoesNotFit, "entry 3"),
    ({"diagnostics": {"reliability": POOR, "world": GOOD}}, PoorDiagnostics, "reliability.*1.200"),
    ({"diagnostics": {"reliability": GOOD, "world": POOR}}, PoorDiagnostics, "fit of world"),
]


@pytest.mark.parametrize(("changed", "error", "message"), REFUSED)
def test_a_fit_that_may_not_land_changes_nothing(instance, changed, error, message):
    fit = made_fit(instance, **changed)
    before = instance.writer.do(lambda change: change.head)

    with pytest.raises(error, match=message):
        land_fit(instance.writer, fit, lambda: NOW)

    assert instance.writer.do(lambda change: change.head) == before
    assert instance.writer.timelines[WORLD].world.reliability.seed != 99


def test_another_fit_of_the_same_id_is_refused(instance):
    fit = made_fit(instance)
    land_fit(instance.writer, fit, lambda: NOW)

    with pytest.raises(NameTaken):
        land_fit(instance.writer, replace(fit, body={**fit.body, "seed": 3}), lambda: NOW)
