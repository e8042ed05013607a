"""Crowds and the house through the API: every aggregate, its history, and what is hidden."""

import math

import pytest

from tests.api.judging import BINARY, DATE, NUMBER, moving_client


@pytest.fixture
def moving(database):
    with moving_client(database) as opened:
        yield opened


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_a_crowd_is_pooled_in_every_way_and_shows_how_it_moved(moving):
    moving.say("ann", BINARY, probability=0.8)
    moving.later(hours=1)
    moving.say("bob", BINARY, probability=0.5)
    moving.later(hours=1)
    told = moving.say("cyd", BINARY, probability=0.3)
    found = moving.get(f"/questions/{BINARY}/crowd")
    said = {name: value["probability"] for name, value in found["aggregates"].items()}

    # Weights exp(sqrt n - sqrt 3) of the first, second and third.
    weights = [math.exp(math.sqrt(n) - math.sqrt(3)) for n in (1, 2, 3)]
    logits = [logit(chance) for chance in (0.8, 0.5, 0.3)]
    pooled = sum(w * x for w, x in zip(weights, logits, strict=True)) / sum(weights)
    assert said["recency_weighted_log_odds"] == pytest.approx(1 / (1 + math.exp(-pooled)))
    assert said["mean"] == pytest.approx(1.6 / 3)
    assert said["median"] == 0.5
    assert said["recency_weighted_median"] == 0.5  # .481 of 2.205 lies above, 1.0 below
    assert [moment["forecasters"] for moment in found["history"]] == [1, 2, 3]
    assert found["history"][0]["aggregates"]["mean"]["probability"] == pytest.approx(0.8)
    assert (found["history"][-1]["at"], found["rung"]) == (told["recorded_at"], "fixed")


def test_who_withdraws_is_no_longer_in_the_crowd_and_the_past_stays(moving):
    moving.say("ann", BINARY, probability=0.8)
    taken = moving.say("bob", BINARY, probability=0.4)
    moving.later(hours=2)
    address = f"/api/v1/forecasts/{taken['id']}/withdrawal"
    assert moving.client.post(address, headers=moving.key("bob")).status_code == 200
    moving.later(hours=1)
    now = moving.get(f"/questions/{BINARY}/crowd")
    past = moving.get(f"/questions/{BINARY}/crowd?as_of=2026-11-23T19:00:00Z")

    assert (now["forecasters"], past["forecasters"]) == (1, 2)
    assert past["aggregates"]["mean"]["probability"] == pytest.approx(0.6)
    assert [moment["forecasters"] for moment in now["history"]] == [2, 1]


def test_numbers_and_dates_are_pooled_over_their_cells(moving):
    for name, low in (("ann", 0.4), ("bob", 0.5)):
        moving.say(name, NUMBER, quantiles={"10": low, "50": 1.0, "90": 3.0})
        moving.say(name, DATE, quantiles={"10": "2027-01-10", "50": "2027-03-01"})
    number = moving.get(f"/questions/{NUMBER}/crowd")["aggregates"]
    day = moving.get(f"/questions/{DATE}/crowd")["aggregates"]

    for said in number.values():
        assert said["quantiles"]["0.5"] == pytest.approx(1.0, rel=0.02)
    for said in day.values():
        assert said["quantiles"]["0.5"][:7] in ("2027-02", "2027-03")


def test_the_house_goes_towards_the_crowd_as_it_grows(moving):
    alone = moving.get(f"/questions/{BINARY}/house")
    model = alone["voices"][0]["forecast"]["probability"]
    moving.say("ann", BINARY, probability=0.9)
    one = moving.get(f"/questions/{BINARY}/house")
    weights = [voice["weight"] for voice in one["voices"]]

    assert alone["forecast"]["probability"] == pytest.approx(model)
    assert weights == pytest.approx([0.8, 0.2, 0.0])
    pooled = 0.8 * logit(model) + 0.2 * logit(0.9)
    assert one["forecast"]["probability"] == pytest.approx(1 / (1 + math.exp(-pooled)))


def test_the_house_of_a_number_lies_between_model_and_crowd(moving):
    moving.say("ann", NUMBER, quantiles={"10": 0.1, "50": 0.2, "90": 0.3})
    found = moving.get(f"/questions/{NUMBER}/house")
    model, crowd = (voice["forecast"]["quantiles"]["0.5"] for voice in found["voices"][:2])

    assert crowd < found["forecast"]["quantiles"]["0.5"] < model
    past = moving.get(f"/questions/{NUMBER}/house?as_of=2026-11-20")
    assert past["forecast"] is None and "not kept" in past["because"]


def test_all_crowds_are_paged_by_question(moving):
    for question in (BINARY, NUMBER, DATE):
        said = {"probability": 0.4} if question == BINARY else {}
        said = {"quantiles": {"10": 0.4, "90": 3.0}} if question == NUMBER else said
        said = {"by": {"2027-06-30": 0.5}} if question == DATE else said
        moving.say("ann", question, **said)
    seen, address = [], "/api/v1/crowds?limit=2"
    while address:
        answer = moving.client.get(address)
        seen += [item["question"] for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")

    assert seen == sorted([BINARY, NUMBER, DATE])
    for wrong in ("WzFd", "WyJcdWQ4MDAiXQ"):  # a number; half a character
        moving.get(f"/crowds?cursor={wrong}", 409)


def test_a_question_without_forecasts_has_an_empty_crowd_and_none_is_unknown(reader):
    found = reader.get(f"/api/v1/questions/{BINARY}/crowd").json()

    assert (found["forecasters"], found["history"]) == (0, [])
    assert set(found["aggregates"].values()) == {None}
    for what in ("crowd", "house"):
        assert reader.get(f"/api/v1/questions/nope/{what}").status_code == 404
