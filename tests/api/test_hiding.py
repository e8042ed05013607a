"""What others forecast can be hidden until a time, or until one has forecast oneself."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from api.hiding import hidden_questions
from data.facts import hiding_columns
from data.formats.questions import QuestionFormat
from data.ledger import verify
from data.tables import QUESTIONS
from forecasts.times import instant_of
from tests.api.asking import OUTCOME, get
from tests.conftest import NOW

QUESTION = "coding-arena-parity-2028"
SAID = {"question": QUESTION, "probability": 0.3}
LATER = NOW + timedelta(days=30)


def hide(instance, **said) -> None:
    """Let the question of these tests hide what others forecast."""

    def change(transaction) -> None:
        row = QUESTIONS.c.id == QUESTION
        body = transaction.connection.execute(
            QUESTIONS.select().with_only_columns(QUESTIONS.c.body).where(row)
        ).scalar_one()
        written = QuestionFormat.model_validate(json.loads(body) | said)
        values = {"body": json.dumps(json.loads(body) | said), **hiding_columns(written)}
        transaction.connection.execute(update(QUESTIONS).where(row).values(values))

    instance.writer.do(change)


def submitted(client, headers, probability=0.3) -> dict:
    said = SAID | {"probability": probability}
    answer = client.post("/api/v1/forecasts", json=said, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["forecast"]


def seen(client, headers) -> list[float]:
    items = get(client, f"/forecasts?question={QUESTION}", **headers)["items"]
    return [item["forecast"]["probability"] for item in items]


@pytest.mark.parametrize("role", ["forecaster", "resolver", "admin"])
def test_until_a_time_each_sees_his_own_only_whatever_his_role(client, key, instance, role):
    hide(instance, forecasts_hidden_until=LATER.isoformat())
    mine, other = key("forecaster"), key(role)
    made = submitted(client, mine)
    submitted(client, other, 0.6)
    address = f"/api/v1/forecasts/{made['id']}"
    refused = client.get(address, headers=other)

    assert (seen(client, {}), seen(client, mine), seen(client, other)) == ([], [0.3], [0.6])
    assert (refused.status_code, client.get(address).status_code) == (403, 403)
    assert refused.json()["type"] == "/problems/forecast-hidden"
    assert client.get(address, headers=mine).status_code == 200


def test_the_time_opens_it_up(client, key, instance):
    hide(instance, forecasts_hidden_until=NOW.isoformat())
    submitted(client, key("forecaster"))

    assert seen(client, {}) == [0.3]


def test_who_has_forecast_sees_the_others(client, key, instance):
    hide(instance, forecasts_hidden_until_own=True)
    mine, other = key("forecaster"), key("forecaster")
    made = submitted(client, mine)
    address = f"/api/v1/forecasts/{made['id']}"
    before = client.get(address, headers=other)
    submitted(client, other, 0.6)

    assert before.status_code == 403
    assert before.json()["type"] == "/problems/forecast-hidden-until-own"
    assert seen(client, other) == [0.6, 0.3]
    assert seen(client, {}) == []


def test_both_locks_hold_each_for_itself(client, key, instance):
    later = LATER.isoformat()
    hide(instance, forecasts_hidden_until=later, forecasts_hidden_until_own=True)
    submitted(client, key("forecaster"))
    other = key("forecaster")
    submitted(client, other, 0.6)

    assert seen(client, other) == [0.6]


def test_an_outcome_opens_it_up(client, key, instance):
    hide(instance, forecasts_hidden_until=LATER.isoformat(), forecasts_hidden_until_own=True)
    submitted(client, key("forecaster"))
    hidden = seen(client, {})
    client.post("/api/v1/resolutions", json=OUTCOME, headers=key("resolver"))

    assert (hidden, seen(client, {})) == ([], [0.3])


def test_the_close_opens_it_up(client, key, instance):
    hide(instance, forecasts_hidden_until_own=True)
    with instance.database.read() as connection:
        closes = (
            connection.execute(QUESTIONS.select().where(QUESTIONS.c.id == QUESTION)).one().closes
        )

        assert hidden_questions(connection, None, instant_of(NOW)) == {QUESTION}
        assert hidden_questions(connection, None, closes) == set()


def test_a_past_moment_shows_no_more_than_the_present(client, key, instance):
    hide(instance, forecasts_hidden_until_own=True)
    submitted(client, key("forecaster"))

    assert get(client, f"/forecasts?as_of={NOW:%Y-%m-%d}&question={QUESTION}")["items"] == []


def test_the_ledger_withholds_what_it_says_and_still_verifies(client, key, instance):
    hide(instance, forecasts_hidden_until=LATER.isoformat())
    mine = key("forecaster")
    entry = submitted(client, mine)["entry"]
    told = get(client, f"/ledger/entries/{entry}")
    (listed,) = get(client, f"/ledger/entries?after={entry - 1}")["items"]
    whole = get(client, f"/ledger/entries/{entry}", **mine)

    assert (told["withheld"], told["body"], told["hash"]) == (True, None, whole["hash"])
    assert listed == told
    assert "withheld" not in whole
    assert whole["body"]["forecast"] == SAID
    assert len(whole["body"]["salt"]) == 32
    with instance.database.read() as connection:
        assert verify(connection).entries == entry


def test_a_question_that_hides_nothing_needs_no_salt(client, key):
    entry = submitted(client, key("forecaster"))["entry"]

    assert "salt" not in get(client, f"/ledger/entries/{entry}")["body"]


@pytest.mark.parametrize("path", ["/forecasts", "/ledger/entries?after=280", "/ledger/entries/1"])
def test_reading_needs_no_key_but_a_wrong_one_is_refused(reader, reader_key, path):
    address = f"/api/v1{path}"
    wrong = reader.get(address, headers={"Authorization": "Bearer kz_no_such"})

    assert (reader.get(address).status_code, wrong.status_code) == (200, 401)
    assert reader.get(address, headers=reader_key("forecaster")).status_code == 200


def test_a_time_after_the_close_is_a_fault(instance):
    with instance.database.read() as connection:
        body = connection.execute(QUESTIONS.select().where(QUESTIONS.c.id == QUESTION)).one().body
    said = json.loads(body) | {"forecasts_hidden_until": "2100-01-01T00:00:00Z"}

    with pytest.raises(ValueError, match="must not lie after the close"):
        QuestionFormat.model_validate(said)
