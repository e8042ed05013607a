"""What-ifs and scenarios through the API, on the real bank."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import Instance, open_instance
from api.workflows.loading import load_bank
from api.workflows.restoring import restore_timelines
from data.banks import bank_directory
from data.banks import load_bank as read_bank
from data.database import Database
from forecasts.scenarios import FEW_DRAWS
from tests.api.asking import OPEN_DATE, RECORD, get
from tests.forecasts.supposing import count

WORLD = "/worlds/deepseek-r2"
BAN = "us-bans-and-chips-are-cut"
ENTITY, LICENCE = "entity-list-deepseek-2026", "h20-licence-by-2025-06-30"
CUT_OFF = {
    "learn": [{"question": ENTITY, "outcome": True}, {"question": LICENCE, "outcome": True}],
    "make": [{"driver": "chip_access", "value": -1.5}],
}
MARCH = datetime(2025, 3, 2, 12, tzinfo=UTC)
SCENARIO = {
    "id": "late-and-alone",
    "world": "deepseek-r2",
    "title": {"en": "Late and alone"},
    "learn": [{"question": OPEN_DATE, "after": "2027-12-31"}],
}


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give the bank as it was known in March 2025."""
    path = tmp_path_factory.mktemp("march") / "march.db"
    with open_instance(f"sqlite:///{path}", lambda: MARCH) as instance:
        bank = read_bank(bank_directory())
        instance.writer.do(lambda transaction: load_bank(transaction, bank, MARCH))
        yield instance


def ask(client: TestClient, **body: object):
    answer = client.post(f"/api/v1{WORLD}/what-if", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def bits(answer) -> dict[str, float]:
    return {one["question"]: one["bits"] for one in answer["questions"]}


def test_a_ban_and_a_chip_cut_move_the_right_questions_the_right_way(march):
    with TestClient(create_app(march)) as client:
        answer = ask(client, **CUT_OFF)
        moved = bits(answer)

    for up in ("us-public-ban-2025", "federal-statute-names-deepseek-2025", "hr1121-s765-enacted",
               "us-states-list-count-2025", "first-state-statute-date"):  # fmt: skip
        assert moved[up] > 0.02, up
    for down in ("r2-named-release-date", "r2-by-2025-05-31", "next-major-version-date",
                 "github-copilot-deepseek-2025", "swebench-verified-2025"):  # fmt: skip
        assert moved[down] < -0.1, down
    for far in ("garante-gdpr-fine-2025", "garante-final-decision-date"):
        assert abs(moved[far]) < 0.1, far
    assert answer["reading"] == "make_then_learn"
    assert {q["question"] for q in answer["questions"] if q["direct"]} == {ENTITY, LICENCE}


def test_its_numbers_agree_with_counting_in_fresh_joint_draws(march):
    world = march.writer.timelines["deepseek-r2"].world
    drivers = world.draws.copy()
    drivers[:, world.drivers.index("chip_access")] = -1.5
    with TestClient(create_app(march)) as client:
        answer = ask(client, **CUT_OFF)
    found = {one["question"]: one["after"]["probability"] for one in answer["questions"]}
    never = {name: world.curves[name].curve.space.size - 1 for name in world.curves}
    deadline = int(world.questions["r2-by-2025-05-31"].yes.sum())

    def met(cells, _):
        return (cells[ENTITY] < never[ENTITY]) & (cells[LICENCE] < never[LICENCE])

    for question, curve, end in (
        ("r2-by-2025-05-31", "r2-named-release-date", deadline),
        ("us-public-ban-2025", "us-public-ban-2025", never["us-public-ban-2025"]),
    ):
        chance, share, error = count(
            world, lambda cells, _, c=curve, e=end: cells[c] < e, met, drivers,
            (ENTITY, LICENCE, curve),
        )  # fmt: skip
        assert abs(found[question] - share) < 4 * error
        deviation = np.sqrt(chance * (1 - chance) / 120_000)
        assert abs(answer["chance"]["probability"] - chance) < 4 * deviation


def test_before_is_what_the_questions_say_and_after_has_the_same_shape(reader):
    standing = {q["id"]: q["forecast"] for q in get(reader, "/questions")["items"]}
    answer = ask(reader, learn=[{"question": ENTITY, "outcome": True}])

    sizes = [abs(one["bits"]) for one in answer["questions"]]
    assert sizes == sorted(sizes, reverse=True)
    assert answer["warning"] is None
    for one in answer["questions"]:
        assert one["before"]["probability"] == standing[one["question"]]["probability"]
        assert set(one["after"]) == set(standing[one["question"]])
    listed = next(one for one in answer["questions"] if one["question"] == ENTITY)
    assert listed["before"]["probability"] == pytest.approx(answer["chance"]["probability"])
    assert listed["after"]["probability"] == pytest.approx(1)


def test_learning_and_making_are_kept_apart(reader):
    ban = [{"question": ENTITY, "outcome": True}]
    learned, made = ask(reader, learn=ban), ask(reader, make=ban)

    assert (learned["reading"], made["reading"]) == ("learn", "make")
    assert made["chance"]["probability"] == pytest.approx(1)
    assert bits(learned)["hr1121-s765-enacted"] > 0.01
    assert bits(made)["hr1121-s765-enacted"] == pytest.approx(0, abs=1e-9)


def test_nothing_supposed_moves_nothing(reader):
    answer = ask(reader)

    assert answer["chance"]["probability"] == pytest.approx(1)
    assert max(map(abs, bits(answer).values())) < 1e-6


def test_a_target_has_what_to_watch_and_a_tornado(reader):
    target = ask(reader, target=OPEN_DATE)["target"]
    drivers = {driver["id"] for driver in get(reader, WORLD)["drivers"]}
    watched = {one["question"]: one for one in target["watch"]}
    first = target["watch"][0]

    assert target["headline"].startswith("by 20")
    assert first["question"] == "deepseek-v5-by-2028-01-31"
    assert {one["driver"] for one in target["tornado"]} == drivers
    assert target["tornado"][0]["driver"] in ("chip_access", "lab_capability")
    assert {one["reading"] for one in target["tornado"]} == {"make"}
    price = watched["deepseek-output-price-2028"]["outcomes"]
    assert price[0]["outcome"].startswith("below ")
    for one in target["watch"]:
        assert sum(o["probability"] for o in one["outcomes"]) == pytest.approx(1)
        mean = sum(o["probability"] * o["target"]["probability"] for o in one["outcomes"])
        assert mean == pytest.approx(target["value"]["probability"])


def test_a_target_that_is_a_number_or_a_choice_is_told_by_its_own_headline(reader):
    number = ask(reader, target="deepseek-output-price-2028")["target"]
    choice = ask(reader, target="lmarena-top-cn-2028")["target"]

    assert number["headline"].startswith("at least ")
    assert isinstance(number["value"]["median"], float)
    assert choice["value"]["median"] is None
    assert choice["headline"] in [o["option"] for q in get(reader, "/questions")["items"]
                                  if q["id"] == "lmarena-top-cn-2028"
                                  for o in q["forecast"]["options"]]  # fmt: skip
    never = ask(reader, target="r2-named-release-date")["target"]
    assert never["value"]["median"] is None  # most likely it never comes


def test_tables_are_joint_and_can_be_cut(reader):
    tables = [
        [ENTITY, "lmarena-top-cn-2028"],
        [{"question": OPEN_DATE, "by": "2028-01-31"}, "deepseek-v5-by-2028-01-31"],
        [{"question": "deepseek-output-price-2028", "at_least": 2}, OPEN_DATE],
    ]
    first, same, cut = ask(reader, tables=tables)["tables"]

    assert [len(axis["outcomes"]) for axis in first["axes"]] == [2, 8]
    assert np.sum(first["probabilities"]) == pytest.approx(1)
    assert np.shape(first["monte_carlo_errors"]) == (2, 8)
    assert same["axes"][0]["outcomes"] == ["by 2028-01-31", "after 2028-01-31, or never"]
    assert same["probabilities"][0][0] == same["probabilities"][1][1] == 0
    assert cut["axes"][0]["outcomes"] == ["below 2", "at least 2"]


def test_few_draws_are_warned_of(reader):
    learn = [{"driver": driver["id"], "at_least": driver["mean"] + 0.9 * driver["sd"]}
             for driver in get(reader, WORLD)["drivers"][:3]]  # fmt: skip
    answer = ask(reader, learn=learn)

    assert answer["chance"]["effective_draws"] < FEW_DRAWS
    assert "effective draws" in answer["warning"]


def late(**more: object) -> dict[str, object]:
    return {"learn": [{"question": OPEN_DATE, **more}]}


REFUSALS = [
    ("/worlds/nowhere", {}, 404, "unknown-world"),
    (WORLD, {"learn": [{"question": "nothing-such", "outcome": True}]}, 404, "unknown-question"),
    (WORLD, {"target": "nothing-such"}, 404, "unknown-question"),
    (WORLD, {"tables": [[ENTITY, "nothing-such"]]}, 404, "unknown-question"),
    (WORLD, {"make": [{"driver": "weather", "value": 1}]}, 404, "unknown-driver"),
    (WORLD, late(outcome=True), 409, "condition-does-not-fit"),
    (WORLD, late(by="2035-01-01"), 409, "condition-does-not-fit"),
    (WORLD, {"tables": [[ENTITY, {"question": OPEN_DATE, "at_least": 1}]]}, 409,
     "condition-does-not-fit"),
    (WORLD, {"tables": [[OPEN_DATE, {"question": ENTITY, "by": "2026-12-01"}]]}, 409,
     "condition-does-not-fit"),
    (WORLD, {"learn": [{"question": OPEN_DATE, "after": "2028-01-31"},
                       {"question": "deepseek-v5-by-2028-01-31", "outcome": True}]}, 409,
     "impossible-scenario"),
    (WORLD, {"learn": [{"question": LICENCE, "outcome": False}]}, 409, "impossible-scenario"),
    (WORLD, late(), 409, "fields-do-not-fit"),
    (WORLD, {"learn": [{"question": ENTITY, "outcome": True}] * 33}, 409, "fields-do-not-fit"),
    (WORLD, {"tables": [[ENTITY, OPEN_DATE]] * 9}, 422, "malformed-request"),
]  # fmt: skip


@pytest.mark.parametrize(("world", "body", "status", "problem"), REFUSALS)
def test_what_cannot_be_asked_is_a_problem_that_says_why(reader, world, body, status, problem):
    answer = reader.post(f"/api/v1{world}/what-if", json=body)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_question_that_has_not_opened_is_refused(march):
    with TestClient(create_app(march)) as client:
        body = {"learn": [{"question": "h20-reversal-2025", "outcome": True}]}
        answer = client.post(f"/api/v1{WORLD}/what-if", json=body)

    assert answer.status_code == 409
    assert "2025-04-16" in answer.json()["detail"]


def test_a_stored_scenario_moves_with_evidence_and_stands_after_a_restart(client, key, database):
    stored = client.post("/api/v1/scenarios", json=SCENARIO, headers=key("forecaster"))
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    found = get(client, "/scenarios/late-and-alone")
    newest = get(client, "/scenarios/late-and-alone?limit=1")["steps"]

    assert stored.status_code == 201
    assert [step["cause"] for step in found["steps"]] == ["opening", "evidence"]
    assert found["steps"][1]["bits"] < 0  # a report that V5 comes sooner
    assert found["chance"]["probability"] == found["steps"][-1]["probability"]
    assert found["what_if"]["chance"] == found["chance"]
    assert newest == found["steps"][1:]
    assert [one["id"] for one in get(client, "/scenarios")["items"]][-1] == "late-and-alone"
    instance: Instance = client.app.state.instance
    followed = instance.writer.timelines["deepseek-r2"].followed
    instance.writer.close()
    instance.database.close()
    assert restarted(database) == dict(followed.standing)


def restarted(database: Path):
    opened = Database(f"sqlite:///{database}")
    with opened.read() as connection:
        timelines = restore_timelines(connection)
    opened.close()
    return dict(timelines["deepseek-r2"].followed.standing)


def test_one_that_cannot_be_any_more_keeps_its_history(reader):
    found = get(reader, "/scenarios/r2-keeps-its-promise")

    assert found["what_if"] is None
    assert found["chance"]["probability"] == 0
    assert found["steps"][0]["probability"] > 0.05 > found["steps"][-1]["probability"] == 0
    assert found["author"] == "curator-deepseek-r2"


@pytest.mark.parametrize(
    ("change", "status", "problem"),
    [
        ({"id": BAN}, 409, "name-taken"),
        ({"world": "nowhere"}, 404, "unknown-world"),
        ({"learn": [{"question": LICENCE, "outcome": False}]}, 409, "impossible-scenario"),
        ({"learn": [{"question": "nothing-such", "outcome": True}]}, 404, "unknown-question"),
        ({"learn": []}, 409, "fields-do-not-fit"),
    ],
)
def test_a_scenario_that_cannot_be_stored_is_refused(reader, reader_key, change, status, problem):
    before = get(reader, "/ledger/checkpoint")
    answer = reader.post(
        "/api/v1/scenarios", json={**SCENARIO, **change}, headers=reader_key("forecaster")
    )

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert get(reader, "/ledger/checkpoint") == before


def test_storing_needs_a_key_and_an_unknown_scenario_is_not_found(reader):
    assert reader.post("/api/v1/scenarios", json=SCENARIO).status_code == 401
    assert reader.get("/api/v1/scenarios/nothing").status_code == 404
