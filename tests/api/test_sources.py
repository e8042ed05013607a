"""Sources on the real bank: what each one's word is worth, and what stands beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from api.instance import Instance
from api.workflows.landing import land_fit
from api.workflows.refitting import Fit, gather_inputs
from api.workflows.unfolding import PRIOR_SEED
from data.fits import encode_fit
from forecasts.outcomes import Floats
from forecasts.reliability import RELIABILITY_DRAWS, draw_from_priors
from forecasts.worlds import log_evidence, relearn
from tests.api.asking import OPEN_DATE, RECORD, get
from tests.api.fitted import GOOD
from tests.conftest import NOW

WORLD = "deepseek-r2"


def land(instance: Instance, sources: Mapping[str, Floats]) -> None:
    """Land a fit that learned these deviations of sources, and a slope of 1 for the perfect one."""
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))
    theta = replace(
        draw_from_priors(seed=99), base=np.zeros(RELIABILITY_DRAWS), sources=dict(sources)
    )
    world = relearn(inputs.timeline.world, theta, inputs.timeline.world.established)
    draws = encode_fit(theta, world.draws, log_evidence(world, world.draws))
    body = {
        "id": "made",
        "world": WORLD,
        "draws_sha256": hashlib.sha256(draws).hexdigest(),
        "seed": 99,
        "versions": {"pymc": "6"},
        "diagnostics": {"reliability": GOOD, "world": GOOD},
        "checkpoint": {"entries": inputs.checkpoint.entries, "hash": inputs.checkpoint.hash},
    }
    land_fit(instance.writer, Fit(body, draws), lambda: NOW)


def test_every_source_with_a_record_on_the_world_is_listed_once(reader):
    items = get(reader, "/sources")["items"]
    records = get(reader, "/evidence?limit=500")["items"]
    named = {item["record"]["source"] for item in records if item["record"]["stances"]}

    assert sorted(item["id"] for item in items) == sorted(named)
    assert sum(item["records"] for item in items) == sum(
        bool(item["record"]["stances"]) for item in records
    )
    assert {item["world"] for item in items} == {WORLD}


def test_before_a_fit_the_prior_serves_and_says_so(reader):
    item = next(item for item in get(reader, "/sources")["items"] if item["id"] == "deepseek")
    prior = draw_from_priors(PRIOR_SEED)
    slopes = np.exp(prior.base) * (
        prior.grades[:, 0] + prior.source_spread * prior.source_deviation("deepseek")
    )

    assert item["fit"] is None
    assert item["title"] == {"en": "DeepSeek", "ja": "DeepSeek"}
    assert [line["grade"] for line in item["grades"]] == ["A", "B", "C"]
    assert [line["after"] for line in item["grades"]] == [None] * 3
    before = item["grades"][0]["before"]
    assert before["slope"]["median"] == pytest.approx(np.median(slopes))
    assert before["chance_negative"] == np.mean(slopes < 0)
    assert [part["claimed"] for part in before["believed"]] == [3, 10]


def test_sorting_by_worth_records_and_id(reader):
    by_worth = get(reader, "/sources?sort=worth")["items"]
    by_records = get(reader, "/sources?sort=records")["items"]
    worth = [item["grades"][0]["before"]["slope"]["median"] for item in by_worth]
    records = [item["records"] for item in by_records]
    ids = [item["id"] for item in get(reader, "/sources?sort=id")["items"]]

    assert worth == sorted(worth, reverse=True)
    assert records == sorted(records, reverse=True)
    assert ids == sorted(ids)


def test_sources_of_one_world(reader):
    assert get(reader, f"/sources?world={WORLD}") == get(reader, "/sources")


def test_what_teaches_is_among_what_has_an_outcome(reader):
    for item in get(reader, "/sources")["items"]:
        assert item["teaching_records"] <= item["records_with_outcome"] <= item["records"]
        assert item["claims_right"] <= item["claims_with_outcome"]


def test_one_source_with_its_newest_records(reader):
    found = get(reader, "/sources/deepseek")
    entries = [item["entry"] for item in found["newest"]]

    assert found["kind"] == "actor"
    assert [standing["world"] for standing in found["worlds"]] == [WORLD]
    assert {item["record"]["source"] for item in found["newest"]} == {"deepseek"}
    assert entries == sorted(entries, reverse=True)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/sources/nobody", 404, "unknown-source"),
        ("/sources?world=nowhere", 404, "unknown-world"),
        ("/worlds/nowhere/reliability", 404, "unknown-world"),
        ("/sources?sort=size", 422, "malformed-request"),
        ("/sources/" + "x" * 81, 404, "not-found"),
    ],
)
def test_what_does_not_exist_is_a_problem(reader, path, status, kind):
    answer = reader.get(f"/api/v1{path}")

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{kind}"


def test_a_source_that_no_bank_names_goes_by_its_id_and_its_records_can_be_taken_back(client, key):
    headers = key("forecaster")
    body = {**RECORD, "source": "my-neighbour", "grade": "D4"}
    added = client.post("/api/v1/evidence", json=body, headers=headers).json()["evidence"]["id"]
    found = get(client, "/sources/my-neighbour")
    client.post(f"/api/v1/evidence/{added}/retraction", headers=headers)
    after = get(client, "/sources/my-neighbour")

    assert (found["title"]["en"], found["kind"]) == ("my-neighbour", None)
    assert [(s["records"], s["grades"][0]["grade"]) for s in found["worlds"]] == [(1, "D")]
    assert [item["id"] for item in found["newest"]] == [added]
    assert (after["worlds"], after["newest"]) == ([], [])


def test_a_record_without_a_grade_counts_as_one_that_cannot_be_judged(client, key):
    body = {name: said for name, said in RECORD.items() if name != "grade"}
    client.post("/api/v1/evidence", json=body | {"source": "someone"}, headers=key("forecaster"))

    (standing,) = get(client, "/sources/someone")["worlds"]
    assert [line["grade"] for line in standing["grades"]] == ["F"]


def test_a_record_on_an_open_question_has_no_outcome_yet(client, key):
    before = get(client, "/sources/reuters")["worlds"][0]
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    after = get(client, "/sources/reuters")["worlds"][0]

    assert RECORD["stances"][0]["question"] == OPEN_DATE
    assert after["records"] == before["records"] + 1
    for name in ("records_with_outcome", "teaching_records", "claims_with_outcome"):
        assert after[name] == before[name]


def test_a_fit_that_landed_changes_what_is_after_and_leaves_what_was_before(instance, client):
    old = get(client, "/sources/deepseek")["worlds"][0]
    land(instance, {"deepseek": np.full(RELIABILITY_DRAWS, -20.0)})
    new = get(client, "/sources/deepseek")["worlds"][0]

    assert (old["fit"], new["fit"]) == (None, "made")
    for then, now in zip(old["grades"], new["grades"], strict=True):
        assert then["after"] is None
        assert now["before"] == then["before"]
        assert now["after"]["chance_negative"] > 0.8  # 20 spreads below its grade
        assert now["after"]["believed"][0]["believed"]["median"] < 1
    assert get(client, "/sources")["items"][-1]["id"] == "deepseek"


def test_reliability_tells_grades_submitters_shared_parameters_and_the_fit(instance, client):
    before = get(client, f"/worlds/{WORLD}/reliability")
    land(instance, {})
    after = get(client, f"/worlds/{WORLD}/reliability")

    assert before["fit"] is None
    assert after["fit"] == {
        "id": "made",
        "landed_at": "2026-11-23T18:00:00Z",
        "seed": 99,
        "versions": {"pymc": "6"},
        "diagnostics": {"reliability": GOOD, "world": GOOD},
        "checkpoint": after["fit"]["checkpoint"],
    }
    assert [line["grade"] for line in after["grades"]] == list("ABCDEF")
    assert after["grades"][0]["after"]["slope"]["median"] == pytest.approx(1, abs=0.05)
    assert before["grades"][0]["after"] is None
    (curator,) = after["submitters"]
    assert (curator["submitter"], curator["stands_alone"]) == ("curator-deepseek-r2", True)
    assert {line["parameter"] for line in after["parameters"]} >= {"trust", "correlation"}
    for line, then in zip(after["parameters"], before["parameters"], strict=True):
        assert line["before"] == then["before"]
        assert line["after"] is not None


def test_a_newcomer_does_not_stand_alone(client, key):
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    submitters = get(client, f"/worlds/{WORLD}/reliability")["submitters"]

    assert [line["stands_alone"] for line in submitters] == [True, False]
    assert submitters[1]["records"] == 1
