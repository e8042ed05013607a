"""The API on the real bank: what it lists and tells."""

import json

import pytest

from data.ledger import GENESIS, entry_hash
from tests.api.asking import OPEN_DATE, get, moved


def test_the_32_questions_of_the_bank_and_the_added_ones_are_listed(reader):
    items = get(reader, "/questions")["items"]
    original = [item for item in items if item["question"]["added"] is None]

    assert len(original) == 32
    assert len(items) >= 32 + 6
    assert sum(item["resolution"] is not None for item in items) == 27


def test_every_question_has_a_forecast_with_an_interval(reader):
    for item in get(reader, "/questions")["items"]:
        forecast = item["forecast"]
        if item["question"]["type"] == "binary":
            assert 0 <= forecast["low"] <= forecast["probability"] <= forecast["high"] <= 1
        elif item["question"]["type"] == "multiple_choice":
            assert sum(o["probability"] for o in forecast["options"]) == pytest.approx(1)
            assert all(o["low"] <= o["probability"] <= o["high"] for o in forecast["options"])
        else:
            known = [v for v in forecast["quantiles"].values() if v is not None]
            assert known == sorted(known)


def test_added_questions_stay_open_for_visitors(reader):
    items = get(reader, "/questions")["items"]
    added = [item for item in items if item["question"]["added"] is not None]

    assert len(added) >= 6
    assert all(item["status"] == "open" for item in added)
    assert all(item["question"]["closes"] >= "2028" for item in added)


def test_a_question_has_a_distribution_that_sums_to_one(reader):
    detail = get(reader, f"/questions/{OPEN_DATE}")

    assert sum(cell["probability"] for cell in detail["distribution"]) == pytest.approx(1)
    assert detail["distribution"][-1]["label"] == "later or never"


def test_a_history_begins_at_the_opening_and_ends_with_the_outcome(reader):
    steps = get(reader, "/questions/h20-licence-by-2025-06-30/history?limit=500")["items"]

    assert steps[0]["cause"] == "opening"
    assert steps[0]["at"] == "2025-02-27T00:00:00Z"
    assert steps[-1]["at"] <= "2025-04-15T00:00:00Z"  # resolved on that day
    assert {"evidence", "time"} <= {step["cause"] for step in steps}


def test_evidence_of_a_question_comes_with_the_bits_that_each_record_moved_it(reader):
    items = get(reader, "/questions/openai-sues-deepseek-2025/evidence")["items"]
    bits = {item["id"]: item["bits"] for item in items}

    assert bits["ev006"] > 0  # a probe was reported: yes
    assert bits["ev007"] < 0  # lawyers saw little prospect: no


def test_entries_chain_and_the_checkpoint_is_the_newest(reader):
    entries = get(reader, "/ledger/entries?limit=500")["items"]
    checkpoint = get(reader, "/ledger/checkpoint")

    assert entries[0]["previous"] == GENESIS
    assert [e["previous"] for e in entries[1:]] == [e["hash"] for e in entries[:-1]]
    assert checkpoint == {"entries": len(entries), "hash": entries[-1]["hash"]}
    assert get(reader, "/ledger/entries/7") == entries[6]


def test_anyone_can_recompute_a_hash_from_the_answer(reader):
    entry = get(reader, "/ledger/entries/100")
    text = json.dumps(entry["body"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    assert entry_hash({**entry, "body": text}) == entry["hash"]


def test_unknown_things_are_404_in_their_own_words(reader):
    for path, problem in [
        ("/questions/nothing", "unknown-question"),
        ("/questions/nothing/history", "unknown-question"),
        ("/questions/nothing/evidence", "unknown-question"),
        ("/worlds/nothing", "unknown-world"),
        ("/evidence/nothing", "unknown-evidence"),
        ("/ledger/entries/999999", "unknown-entry"),
        ("/nothing", "not-found"),
    ]:
        answer = reader.get(f"/api/v1{path}")

        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{problem}"), path


def test_worlds_tell_where_evidence_has_moved_their_drivers(reader):
    (world,) = get(reader, "/worlds")["items"]

    assert len(world["drivers"]) == 9
    assert all(0 < driver["sd"] < 1.1 for driver in world["drivers"])
    assert 1_000 <= world["effective_draws"] <= world["draws"] == 4_000
    assert get(reader, f"/worlds/{world['id']}") == world


def test_evidence_is_listed_page_by_page(reader):
    first = get(reader, "/evidence?limit=100")
    second = get(reader, f"/evidence?limit=100&cursor={first['next_cursor']}")
    ids = [item["id"] for page in (first, second) for item in page["items"]]

    assert len(ids) == len(set(ids)) == 150
    assert second["next_cursor"] is None


def test_a_record_of_the_bank_tells_what_it_moved(reader):
    answer = get(reader, "/evidence/ev048")

    assert moved(answer)["federal-statute-names-deepseek-2025"] > 0
    assert answer["evidence"]["replayed"] is True


def test_every_route_declares_what_it_answers(reader):
    document = reader.get("/api/v1/openapi.json").json()

    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            assert "_" in operation["operationId"], path
            if "204" in responses:
                continue
            success = next(responses[code] for code in ("201", "202", "200") if code in responses)
            assert all(told["schema"] for told in success["content"].values()), path
            assert success["content"], path
