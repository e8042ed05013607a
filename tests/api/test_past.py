"""The past as the API tells it: the same numbers as the steps that were stored then."""

import threading
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from api.asking import AsOf
from api.past import Past, PastBusy
from api.workflows.recalling import recall_timelines
from data.derived_tables import PARTICLES
from data.ledger import canonical_json, timestamp
from data.standing import standing_steps
from data.summaries import summarise
from forecasts.times import instant_of
from tests.api.asking import OPEN_DATE, RECORD, get
from tests.api.paging import every
from tests.conftest import NOW

pytestmark = pytest.mark.slow

WORLD = "deepseek-r2"
#: At least one for each type: events and binary, number, day, options.
QUESTIONS = (
    "openai-sues-deepseek-2025",
    "hr1121-s765-enacted",
    "us-states-list-count-2025",
    "r2-named-release-date",
    "lmarena-top-cn-2028",
)


def at(moment: datetime) -> AsOf:
    return AsOf(instant_of(moment), is_past=True, recorded_at=timestamp(moment))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2025, 3, 2, 12, tzinfo=UTC),
        datetime(2025, 4, 15, 23, 59, 59, tzinfo=UTC),  # an outcome came in that second
        datetime(2025, 8, 30, tzinfo=UTC),
    ],
)
def test_recalled_forecasts_are_the_stored_ones_to_the_last_bit(shared_instance, moment):
    as_of = at(moment)
    with shared_instance.database.read() as connection:
        steps = standing_steps(connection, as_of.until)
        timelines = recall_timelines(connection, as_of.recorded_at, as_of.at // 1)
    timeline = timelines[WORLD]
    computed = {
        name: canonical_json(summarise(timeline.world, forecast))
        for name, forecast in timeline.standing.items()
    }

    assert computed == {name: steps[name].body for name in computed}
    assert len(computed) >= 6


def test_the_present_recalled_is_the_present_to_the_last_bit(shared_instance):
    as_of = at(NOW)
    with shared_instance.database.read() as connection:
        recalled = recall_timelines(connection, as_of.recorded_at, as_of.at // 1)[WORLD]
    live = shared_instance.writer.timelines[WORLD]

    assert recalled.world.moves == live.world.moves > 0
    assert recalled.standing.keys() == live.standing.keys()
    for name, forecast in recalled.standing.items():
        assert (forecast.cells == live.standing[name].cells).all()
    assert recalled.followed.standing == live.followed.standing


def test_where_it_is_not_known_when_draws_stood_all_is_played(instance):
    as_of = at(datetime(2025, 3, 9, 12, tzinfo=UTC))
    with instance.database.read() as connection:
        quick = recall_timelines(connection, as_of.recorded_at, as_of.at // 1)
    with instance.database.writing.begin() as connection:
        connection.execute(PARTICLES.update().values(since=None))
    with instance.database.read() as connection:
        slow = recall_timelines(connection, as_of.recorded_at, as_of.at // 1)

    for name, forecast in slow[WORLD].standing.items():
        assert (quick[WORLD].standing[name].cells == forecast.cells).all()
    assert (quick[WORLD].world.weights == slow[WORLD].world.weights).all()


def test_a_question_just_after_a_step_has_the_forecast_of_the_step(reader):
    for question in QUESTIONS:
        steps = every(reader, f"/questions/{question}/history", limit=500)
        step = ([one for one in steps if one["cause"] == "evidence"] or steps)[-1]
        then = get(reader, f"/questions/{question}?as_of={step['at']}")
        day = [one for one in steps if one["at"] == step["at"]][-1]

        assert then["forecast"] == day["forecast"]
        chances = [cell["probability"] for cell in then["distribution"]]
        assert sum(chances) == pytest.approx(1)
        if len(chances) == 2:  # yes and no; events lie on days
            assert chances[1] == pytest.approx(then["forecast"]["probability"], rel=1e-12)
        if then["question"]["type"] == "multiple_choice":
            options = [option["probability"] for option in then["forecast"]["options"]]
            assert chances == pytest.approx(options, rel=1e-12)


def test_status_outcome_and_evidence_are_as_they_were(reader):
    before = get(reader, "/questions/h20-licence-by-2025-06-30?as_of=2025-04-14")
    after = get(reader, "/questions/h20-licence-by-2025-06-30?as_of=2025-04-15")
    early = get(reader, "/questions/h20-licence-by-2025-06-30/resolution?as_of=2025-04-15")
    missing = reader.get("/api/v1/questions/h20-licence-by-2025-06-30/resolution?as_of=2025-04-14")

    assert (before["status"], before["resolution"]) == ("open", None)
    assert (after["status"], after["resolution"]["outcome"]) == ("resolved", True)
    assert (before["distribution"] != [], after["distribution"]) == (True, [])
    assert early["resolution"] == after["resolution"]
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/unknown-resolution")


def test_what_was_not_there_yet_is_unknown(reader):
    for path, problem in [
        (f"/questions/{OPEN_DATE}", "unknown-question"),
        (f"/questions/{OPEN_DATE}/history", "unknown-question"),
        ("/evidence/ev048", "unknown-evidence"),
        (f"/worlds/{WORLD}", "unknown-world"),
        ("/documents/deepseek-r2-article", "unknown-document"),
        ("/scenarios/us-bans-and-chips-are-cut", "unknown-scenario"),
        ("/sources/reuters", "unknown-source"),
        ("/ledger/entries/7", "unknown-entry"),
    ]:
        answer = reader.get(f"/api/v1{path}?as_of=2024-11-30")
        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{problem}"), path
    for path in ("questions", "evidence", "worlds", "drivers", "documents", "claims", "scenarios",
                 "sources", "resolutions", "fits", "forecasts", "ledger/entries", "checkpoints",
                 "search?q=deepseek"):  # fmt: skip
        mark = "&" if "?" in path else "?"
        assert get(reader, f"/{path}{mark}as_of=2024-11-30")["items"] == [], path


def test_every_get_of_what_changes_takes_as_of(reader):
    document = reader.get("/api/v1/openapi.json").json()
    lacking = [
        path
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method == "get"
        and path.split("/")[3] in
        ("questions", "evidence", "worlds", "drivers", "documents", "claims", "scenarios",
         "sources", "resolutions", "fits", "forecasts", "ledger", "checkpoints", "search")
        and not path.endswith("feed.atom")  # news, not a state
        and "as_of" not in [one["name"] for one in operation.get("parameters", ())]
    ]  # fmt: skip

    assert lacking == []


def test_worlds_sources_scenarios_and_what_ifs_are_as_they_were(reader):
    moment = "2025-08-30"
    world = get(reader, f"/worlds/{WORLD}?as_of={moment}")
    drivers = every(reader, "/drivers", as_of=moment, limit=4)
    sources = every(reader, "/sources", as_of=moment)
    records = every(reader, "/evidence", as_of=moment, limit=500)
    scenario = get(reader, f"/scenarios/us-bans-and-chips-are-cut?as_of={moment}")
    asked = {"make": [{"driver": "chip_access", "value": 0.5}]}
    supposed = reader.post(f"/api/v1/worlds/{WORLD}/what-if?as_of={moment}", json=asked).json()
    open_then = every(reader, "/questions", as_of=moment, status="open")

    assert sorted(one["id"] for one in world["drivers"]) == [one["id"] for one in drivers]
    assert {one["id"]: one["mean"] for one in world["drivers"]} == {
        one["id"]: one["mean"] for one in drivers
    }
    assert sum(one["records"] for one in sources) == sum(
        bool(one["record"]["stances"]) for one in records
    )
    assert scenario["chance"]["probability"] == scenario["steps"][-1]["probability"]
    assert scenario["steps"][-1]["at"] <= "2025-08-30T23:59:59Z"
    before = {one["question"]: one["before"] for one in supposed["questions"]}
    for question in open_then:
        if question["id"] in before:
            then, told = question["forecast"], before[question["id"]]
            assert {**told, "at": ""} == {**then, "at": ""}
    assert supposed["at"][:10] == "2025-08-30"


def test_a_record_that_is_taken_back_later_counts_until_then(instance, key):
    from api.app import create_app  # noqa: PLC0415

    with TestClient(create_app(instance)) as client:
        headers = key("forecaster")
        moved = client.post("/api/v1/evidence", json=RECORD, headers=headers).json()
        name = moved["evidence"]["id"]
        client.post(f"/api/v1/evidence/{name}/retraction", headers=headers)

        assert get(client, f"/evidence/{name}")["evidence"]["retracted_at"] is not None
        assert name in [one["id"] for one in get(client, "/evidence?retracted=true")["items"]]
        assert name not in [one["id"] for one in get(client, "/evidence?as_of=2026-11-22")["items"]]


def test_the_future_is_refused(reader):
    for path in ("/questions", f"/worlds/{WORLD}", "/checkpoints", "/search?q=a"):
        mark = "&" if "?" in path else "?"
        answer = reader.get(f"/api/v1{path}{mark}as_of=2027-01-01")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/as-of-in-future")


def test_one_moment_is_computed_at_a_time_and_few_may_wait(shared_instance):
    past = Past(shared_instance.database, most_waiting=2)
    moments = [at(datetime(2025, 3, day, tzinfo=UTC)) for day in range(3, 9)]
    found, refused = [], []

    def ask(moment: AsOf) -> None:
        try:
            found.append(past.timelines(moment)[WORLD].world.now <= moment.at)
        except PastBusy as error:
            refused.append(error)

    threads = [threading.Thread(target=ask, args=(moment,)) for moment in moments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) + len(refused) == 6
    assert found and all(found)
    assert refused
    assert past.timelines(moments[0]) is past.timelines(moments[0])
