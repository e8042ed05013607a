"""What takes long: computed by a process of its own, and told with its checkpoint."""

import asyncio
import shutil
from datetime import timedelta

import pytest

from api.asking import AsOf
from api.instance import open_instance
from api.judge import Judge, JudgingFailed, StillComputing
from api.workflows.crediting import credits_of, endings_of, read_histories
from api.workflows.judging import as_bytes
from data.derived_tables import DERIVED
from data.ledger import timestamp
from forecasts.times import instant_of
from forecasts.voices import voice_scores
from tests.api.judging import BINARY, moving_client
from tests.conftest import NOW


def as_of(moment, *, past=False):
    return AsOf(instant_of(moment), is_past=past, recorded_at=timestamp(moment))


class Results:
    """Computes at once, and counts how often it was asked."""

    def __init__(self, instance) -> None:
        self.instance, self.asked, self.broken = instance, [], False

    async def run(self, _url, prefix):
        self.asked.append(prefix)
        if self.broken:
            raise RuntimeError
        with self.instance.database.read() as connection:
            row = connection.exec_driver_sql("SELECT MAX(seq), 'h' FROM ledger").one()
        entries = prefix.entries if prefix else row[0]
        results = {"credit": [len(self.asked)], "voices": {}}
        return as_bytes({"entries": entries, "hash": row[1], "results": results})


@pytest.fixture
def moved(database):
    clock = [NOW]
    with open_instance(f"sqlite:///{database}", lambda: clock[0]) as instance:
        yield instance, clock, Results(instance)


async def got(judge, asked):
    try:
        return await judge.get("credit", asked)
    except StillComputing:
        await judge.wait()
        return None


def test_nothing_yet_begins_and_later_is_told_with_its_checkpoint(moved):
    instance, _clock, results = moved

    async def story():
        judge = Judge(instance, run=results.run)
        assert await got(judge, as_of(NOW)) is None
        return await got(judge, as_of(NOW)), await got(judge, as_of(NOW))

    first, again = asyncio.run(story())

    assert first.body == [1] and first.is_current and first.hash == "h"
    assert again.body == [1] and len(results.asked) == 1


def test_an_old_result_is_told_as_such_and_computed_anew_not_too_often(moved):
    instance, clock, results = moved

    async def story():
        judge = Judge(instance, every_seconds=600, run=results.run)
        await got(judge, as_of(NOW))
        clock[0] += timedelta(days=1)
        old = await got(judge, as_of(clock[0]))
        await judge.wait()
        new = await got(judge, as_of(clock[0]))
        clock[0] += timedelta(seconds=599)
        return old, new, await got(judge, as_of(clock[0]))

    old, new, same = asyncio.run(story())

    assert (old.body, old.is_current) == ([1], False)
    assert (new.body, new.is_current) == ([2], True)
    assert same.body == [2]


def test_the_past_is_computed_for_its_prefix_and_few_are_kept(moved):
    instance, clock, results = moved

    async def story():
        judge = Judge(instance, every_seconds=0, kept=2, run=results.run)
        for day in (1, 2, 3):
            asked = as_of(NOW - timedelta(days=100 * day), past=True)
            await got(judge, asked)
            clock[0] += timedelta(seconds=1)
            assert (await got(judge, asked)).is_current

    asyncio.run(story())
    with instance.database.read() as connection:
        names = connection.execute(DERIVED.select()).all()

    assert sorted(results.asked, key=lambda prefix: prefix.at) == results.asked[::-1]
    assert len([row for row in names if row.name.startswith("credit@")]) == 2


def test_past_states_are_not_computed_one_right_after_the_other(moved):
    instance, clock, results = moved

    async def story():
        judge = Judge(instance, run=results.run)
        for day in (1, 2):
            await got(judge, as_of(NOW - timedelta(days=100 * day), past=True))
        await got(judge, as_of(NOW))
        clock[0] += timedelta(seconds=61)
        await got(judge, as_of(NOW - timedelta(days=200), past=True))

    asyncio.run(story())

    assert [prefix is None for prefix in results.asked] == [False, True, False]


def test_a_failure_is_told_and_tried_again_after_a_rest(moved):
    instance, clock, results = moved
    results.broken = True

    async def story():
        judge = Judge(instance, run=results.run)
        await got(judge, as_of(NOW))
        with pytest.raises(JudgingFailed):
            await judge.get("credit", as_of(NOW))
        results.broken = False
        clock[0] += timedelta(seconds=61)
        await got(judge, as_of(clock[0]))
        return await got(judge, as_of(clock[0]))

    assert asyncio.run(story()).body == [2]


@pytest.mark.slow
def test_the_bank_is_judged_by_another_process_while_requests_are_answered(bank_database, tmp_path):
    path = shutil.copy(bank_database, tmp_path / "judge.db")
    with moving_client(path) as moving:
        moving.say("ann", BINARY, probability=0.9)
        moving.later(days=30)
        moving.resolve(BINARY, outcome=True)
        waiting = moving.client.get("/api/v1/credit")
        moving.get("/questions")
        moving.client.portal.call(moving.client.app.state.judge.wait)
        credit = moving.get("/credit?limit=500")
        one = moving.get("/questions/us-public-ban-2025/credit")
        voices = moving.get("/leaderboards/voices")
        rows = moving.get("/scores?kind=model&limit=500")["items"]
        crowd = moving.get("/scores?kind=crowd")["items"]
        sources = moving.get("/leaderboards/sources")
        people = moving.get("/leaderboards/evidence")
        final = moving.get("/leaderboards/evidence?period=2025")
        entries = moving.get("/ledger/checkpoint")["entries"]
        model = moving.get("/forecasters/model")
        with moving.instance.database.read() as connection:
            histories = read_histories(connection)
            endings = endings_of(connection, histories)
        wanted = {c.question: c for c in credits_of(histories, endings)}
        scored = {
            score.question: score
            for name, ending in endings.items()
            if ending.resolution is not None
            for score in voice_scores(
                histories[name].question,
                histories[name].curve,
                histories[name].moments,
                ending.until,
                ending.resolution,
            )
            if score.voice == "model"
        }

    assert waiting.status_code == 409
    assert int(waiting.headers["Retry-After"]) >= 1
    assert credit["computed"]["entries"] == entries and credit["computed"]["is_current"]
    assert {item["question"]: item["gain"] for item in credit["items"]} == {
        name: c.gain for name, c in wanted.items()
    }
    assert one["retrospective"] and one["withheld"] == wanted["us-public-ban-2025"].withheld
    assert {row["question"]: row["brier"] for row in rows} == pytest.approx(
        {name: v.brier for name, v in scored.items()}, rel=1e-9, abs=1e-12
    )
    assert any(row["retrospective"] for row in rows) and model["resolved"] == len(rows)
    (said,) = crowd
    assert said["brier"] == pytest.approx(0.01) and not said["retrospective"]
    assert {item["voice"] for item in voices["items"]} >= {"model", "house", "opening-prior"}
    assert voices["retrospective"] and sources["items"] and sources["items"][0]["rank"] == 1
    assert people["items"][0]["withheld"] != 0
    assert len(final["items"]) == 1
