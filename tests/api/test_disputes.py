"""Evidence is disputed, its origin appealed, and an admin rules: history moves, and replays."""

from datetime import timedelta

import pytest

from tests.api.asking import OPEN_DATE, RECORD, get, set_clock
from tests.conftest import NOW

EXCLUDE = {"asks": "exclude", "reason": "The page was withdrawn."}
UPHELD = {"decision": "upheld", "reason": "So it was."}
REJECTED = {"decision": "rejected", "reason": "It stands."}
#: The same report by another source: a curator of origins may say that it is one.
COPY = {**RECORD, "source": "bloomberg", "fact": {"en": "Reuters says that V5 is planned."}}


def submit(client, headers, record=RECORD) -> dict:
    answer = client.post("/api/v1/evidence", json=record, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["evidence"]


def dispute(client, headers, evidence, said=EXCLUDE):
    return client.post(f"/api/v1/evidence/{evidence}/disputes", json=said, headers=headers)


def rule(client, headers, dispute_id, said=UPHELD):
    return client.post(f"/api/v1/disputes/{dispute_id}/ruling", json=said, headers=headers)


def standing(instance) -> dict[str, bytes]:
    timeline = instance.writer.timelines["deepseek-r2"]
    return {name: forecast.cells.tobytes() for name, forecast in timeline.standing.items()}


def test_an_upheld_exclusion_takes_the_record_out_as_if_it_had_never_come(client, key, instance):
    before = standing(instance)
    record = submit(client, key("forecaster"))
    made = dispute(client, key("forecaster"), record["id"])
    waiting = get(client, f"/evidence/{record['id']}")["evidence"]
    answer = rule(client, key("admin"), made.json()["id"])
    after = get(client, f"/evidence/{record['id']}")["evidence"]

    assert (made.status_code, waiting["disputed"], waiting["retracted_at"]) == (
        201,
        "waiting",
        None,
    )
    assert (answer.status_code, answer.json()["dispute"]["decision"]) == (200, "upheld")
    assert OPEN_DATE in [movement["question"] for movement in answer.json()["movements"]]
    assert (after["disputed"], after["retracted_at"]) == ("upheld", "2026-11-23T18:00:00Z")
    assert standing(instance) == before
    entry = get(client, f"/ledger/entries/{answer.json()['dispute']['ruling_entry']}")
    assert (entry["kind"], entry["body"]["excluded"]) == ("ruling", True)


def test_an_upheld_appeal_puts_the_record_under_another_origin(client, key, instance):
    mine = key("forecaster")
    first, copy = submit(client, mine), submit(client, mine, COPY)
    said = {"asks": "origin", "origin": first["id"], "reason": "Both quote the same two people."}
    apart = standing(instance)
    made = dispute(client, key("forecaster"), copy["id"], said).json()
    answer = rule(client, key("admin"), made["id"]).json()
    moved = get(client, f"/evidence/{copy['id']}")["evidence"]
    together = standing(instance)

    assert copy["origin"] != first["origin"] == moved["origin"] == answer["dispute"]["origin"]
    assert (moved["retracted_at"], moved["disputed"]) == (None, "upheld")
    assert together != apart


def test_who_is_no_copy_gets_back_an_origin_of_his_own(client, key, instance):
    mine = key("forecaster")
    first = submit(client, mine)
    apart = submit(client, mine, COPY)
    free = standing(instance)
    said = {"asks": "origin", "origin": first["origin"], "reason": "A copy."}
    taken = dispute(client, key("forecaster"), apart["id"], said).json()
    rule(client, key("admin"), taken["id"])
    appeal = {"asks": "origin", "origin": apart["id"], "reason": "I asked them myself."}
    answer = dispute(client, mine, apart["id"], appeal)
    rule(client, key("admin"), answer.json()["id"])

    assert answer.status_code == 201
    assert get(client, f"/evidence/{apart['id']}")["evidence"]["origin"] == apart["id"]
    assert standing(instance) == free


def test_the_bits_of_a_moved_record_are_those_of_its_new_origin(client, key, instance):
    mine = key("forecaster")
    first, copy = submit(client, mine), submit(client, mine, COPY)
    said = {"asks": "origin", "origin": first["id"], "reason": "A copy."}
    made = dispute(client, key("forecaster"), copy["id"], said).json()
    set_clock(instance, NOW + timedelta(hours=1))
    answer = rule(client, key("admin"), made["id"]).json()
    rows = get(client, f"/questions/{OPEN_DATE}/evidence")["items"]
    told = next(row["bits"] for row in rows if row["id"] == copy["id"])
    gone, come = (m["bits"] for m in answer["movements"] if m["question"] == OPEN_DATE)

    assert told == come
    assert abs(come) < abs(gone)  # a copy adds less than a report of its own


def test_a_rejected_dispute_and_one_about_other_things_move_nothing(client, key, instance):
    record = submit(client, key("forecaster"))
    before, admin = standing(instance), key("admin")
    first = dispute(client, key("forecaster"), record["id"]).json()
    second = dispute(client, key("forecaster"), record["id"], {**EXCLUDE, "asks": "other"}).json()
    rejected, noted = rule(client, admin, first["id"], REJECTED), rule(client, admin, second["id"])

    assert (rejected.json()["movements"], noted.json()["movements"]) == ([], [])
    assert standing(instance) == before
    assert get(client, f"/evidence/{record['id']}")["evidence"]["retracted_at"] is None


def test_nobody_rules_on_what_concerns_him(client, key):
    submitter, disputant, other = key("admin"), key("admin"), key("admin")
    record = submit(client, submitter)
    made = dispute(client, disputant, record["id"]).json()["id"]

    assert rule(client, submitter, made).status_code == 403
    assert rule(client, disputant, made).json()["type"] == "/problems/not-impartial"
    assert rule(client, key("resolver"), made).status_code == 403
    assert rule(client, {}, made).status_code == 401
    assert rule(client, other, made).status_code == 200
    assert rule(client, other, made).json()["type"] == "/problems/already-decided"


def test_one_hand_disputes_a_record_once_at_a_time(client, key):
    record, headers = submit(client, key("forecaster")), key("forecaster")
    first = dispute(client, headers, record["id"]).json()["id"]
    again = dispute(client, headers, record["id"])
    rule(client, key("admin"), first, REJECTED)

    assert again.json()["type"] == "/problems/already-disputed"
    assert dispute(client, headers, record["id"]).status_code == 201


def test_what_was_taken_back_is_disputed_no_more_and_a_late_ruling_moves_nothing(client, key):
    mine = key("forecaster")
    record = submit(client, mine)
    made = dispute(client, key("forecaster"), record["id"]).json()["id"]
    client.post(f"/api/v1/evidence/{record['id']}/retraction", headers=mine)
    late = rule(client, key("admin"), made)

    assert (late.status_code, late.json()["movements"]) == (200, [])
    assert dispute(client, key("forecaster"), record["id"]).status_code == 409


def test_lists_tell_what_waits_and_a_past_moment_knows_nothing(client, key):
    record = submit(client, key("forecaster"))
    made = dispute(client, key("forecaster"), record["id"]).json()["id"]
    waiting = get(client, f"/disputes?state=waiting&evidence={record['id']}")["items"]
    rule(client, key("admin"), made)

    assert [item["id"] for item in waiting] == [made]
    assert get(client, "/disputes?state=waiting")["items"] == []
    assert [item["id"] for item in get(client, "/disputes?state=upheld")["items"]] == [made]
    assert get(client, "/disputes?as_of=2026-11-20")["items"] == []
    assert client.get(f"/api/v1/disputes/{made}?as_of=2026-11-20").status_code == 404


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"asks": "exclude"}, 422),
        ({"asks": "origin", "reason": "x"}, 409),
        ({**EXCLUDE, "origin": "ev028"}, 409),
        ({"asks": "origin", "origin": "no-such-record", "reason": "x"}, 404),
        ({"asks": "origin", "origin": "deepseek-2024-12-26", "reason": "So it is."}, 409),
    ],
)
def test_what_cannot_be_asked_is_refused(reader, reader_key, said, status):
    assert dispute(reader, reader_key("forecaster"), "ev001", said).status_code == status


def test_unknown_ones_are_not_found(reader, reader_key):
    assert dispute(reader, reader_key("forecaster"), "no-such-record").status_code == 404
    assert rule(reader, reader_key("admin"), "di-0").status_code == 404
    assert reader.get("/api/v1/disputes/di-0").status_code == 404
