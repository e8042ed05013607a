"""Documents, claims, drivers, checkpoints, and what belongs to one question."""

import json

import pytest
import yaml

from data.banks import bank_directory
from tests.api.asking import OPEN_DATE, OUTCOME, get
from tests.api.paging import every

WORLD, DOCUMENT = "deepseek-r2", "deepseek-r2-article"


def written(name: str):
    return yaml.safe_load((bank_directory() / f"{name}.yaml").read_text("utf-8"))


def test_the_document_is_described_and_its_own_sentences_are_not_there(reader):
    (document,) = get(reader, "/documents")["items"]
    bank = written("bank")

    assert document == get(reader, f"/documents/{DOCUMENT}")
    assert document["title"] == bank["document"]["title"]
    assert (document["language"], document["written"], document["characters"]) == (
        "ja",
        "2025-02",
        4676,
    )
    assert (document["licence"], document["curator"]) == (bank["licence"], bank["curator"])
    assert document["worlds"] == [WORLD]
    assert document["claims"] == len(written("claims")["claims"])


def test_claims_have_the_questions_that_are_drawn_from_them(reader):
    claims = every(reader, "/claims", limit=7)
    questions = every(reader, "/questions")
    bank = {claim["id"]: claim for claim in written("claims")["claims"]}

    assert [claim["id"] for claim in claims] == sorted(bank)
    for claim in claims:
        drawn = [q["id"] for q in questions if claim["id"] in q["question"]["claims"]]
        assert claim["questions"] == drawn
        assert claim["paraphrase"] == bank[claim["id"]]["paraphrase"]
    assert claims[1] == get(reader, f"/documents/{DOCUMENT}/claims/{claims[1]['id']}")
    assert every(reader, "/claims", document=DOCUMENT, section=2) == [
        claim for claim in claims if claim["section"] == 2
    ]


def test_drivers_have_the_questions_that_load_on_them(reader):
    drivers = every(reader, "/drivers", limit=4)
    world = get(reader, f"/worlds/{WORLD}")
    questions = {q["id"]: q["question"] for q in every(reader, "/questions")}

    assert [driver["id"] for driver in drivers] == sorted(one["id"] for one in world["drivers"])
    for driver in drivers:
        own = {
            q
            for q, said in questions.items()
            for one in said["loadings"]
            if one["driver"] == driver["id"]
        }
        through = {
            q
            for q, said in questions.items()
            if said["derived_from"] and said["derived_from"]["question"] in own
        }
        assert {one["question"] for one in driver["questions"]} == own | through
        assert all(
            (one["through"] is None) == (one["question"] in own) for one in driver["questions"]
        )
        assert driver == get(reader, f"/worlds/{WORLD}/drivers/{driver['id']}")
    assert every(reader, "/drivers", world=WORLD) == drivers


def test_checkpoints_are_those_of_the_entries(reader):
    entries = every(reader, "/ledger/entries", limit=90)
    checkpoints = every(reader, "/checkpoints", limit=90)

    assert checkpoints == [
        {"entries": entry["seq"], "hash": entry["hash"]} for entry in reversed(entries)
    ]
    assert get(reader, "/checkpoints/7") == checkpoints[-7]
    assert get(reader, "/ledger/checkpoint") == checkpoints[0]
    then = [e for e in entries if e["recorded_at"] <= "2025-06-01T23:59:59.999"][-1]
    assert get(reader, "/ledger/checkpoint?as_of=2025-06-01") == {
        "entries": then["seq"],
        "hash": then["hash"],
    }
    kinds = every(reader, "/ledger/entries", kind="question", after=5)
    assert kinds == [e for e in entries if e["kind"] == "question" and e["seq"] > 5]


def test_a_resolution_has_a_tag_that_changes_when_it_is_superseded(client, key):
    path = f"/questions/{OUTCOME['question']}/resolution"
    missing = client.get(f"/api/v1{path}")
    headers = key("admin")
    client.post("/api/v1/resolutions", json=OUTCOME, headers=headers)
    first = client.get(f"/api/v1{path}")
    again = {**OUTCOME, "outcome": False, "supersedes_reason": "For the test."}
    client.post("/api/v1/resolutions", json=again, headers=headers)
    second = client.get(f"/api/v1{path}")
    standing = every(client, "/resolutions", question=OUTCOME["question"], standing="true")

    assert missing.status_code == 404
    assert first.headers["etag"] == f'"entry-{first.json()["entry"]}"'
    assert second.headers["etag"] != first.headers["etag"]
    assert second.json()["resolution"]["outcome"] is False
    assert standing == [second.json()]
    assert len(every(client, "/resolutions", question=OUTCOME["question"])) == 2


def test_forecasts_of_a_question_are_those_of_the_list(client, key):
    said = {
        "question": OPEN_DATE,
        "quantiles": {"10": "2026-12-20", "50": "2027-04-15", "90": "2027-11-30"},
    }
    client.post("/api/v1/forecasts", json=said, headers=key("forecaster"))
    found = get(client, f"/questions/{OPEN_DATE}/forecasts?standing=true")

    assert len(found["items"]) == 1
    assert found == get(client, f"/forecasts?question={OPEN_DATE}")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/documents/none", "unknown-document"),
        ("/documents/none/claims/c01", "unknown-document"),
        (f"/documents/{DOCUMENT}/claims/none", "unknown-claim"),
        ("/claims?document=none", "unknown-document"),
        ("/worlds/none/drivers/chip_access", "unknown-world"),
        (f"/worlds/{WORLD}/drivers/none", "unknown-driver"),
        ("/drivers?world=none", "unknown-world"),
        ("/checkpoints/999999", "unknown-entry"),
        ("/questions/none/forecasts", "unknown-question"),
        ("/questions/none/resolution", "unknown-question"),
    ],
)
def test_what_is_not_there_is_told(reader, path, problem):
    answer = reader.get(f"/api/v1{path}")

    assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{problem}")


def test_notes_from_hindsight_and_withheld_links_never_leave(reader):
    notes = [
        q["hindsight_note"] for q in written("questions")["questions"] if q.get("hindsight_note")
    ]
    told = ""
    for path in ("questions", "evidence", "claims", "documents", "drivers", "ledger/entries",
                 "resolutions", "scenarios", "sources"):  # fmt: skip
        told += json.dumps(every(reader, f"/{path}", limit=500), ensure_ascii=False)
    for question in every(reader, "/questions"):
        told += reader.get(f"/api/v1/questions/{question['id']}").text

    assert len(notes) > 3
    assert not [note for note in notes if note in told]
    assert '"withheld": [' not in told
    assert "after_resolution" not in told
    for note in notes[:5]:
        words = " ".join(note.split()[:4])
        assert note not in reader.get("/api/v1/search", params={"q": words}).text
