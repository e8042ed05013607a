"""The Python client, against a real server over real HTTP."""

import pytest
from starlette.responses import JSONResponse

from api.app import create_app
from api.client import Kizashi, NoConnection, ProblemTold
from api.client.kizashi import PastIsFixed
from data.formats.evidence import EvidenceFormat
from tests.api.answering import answering
from tests.conftest import NOW

BINARY = "deepseek-v5-by-2028-01-31"
DATE = "deepseek-v5-release-date"
RECORD = {
    "published": "2026-11-23",
    "source": "reuters",
    "grade": "B2",
    "kind": "report",
    "fact": {"en": "Two people said that V5 is planned for the first quarter."},
    "stances": [{"question": DATE, "direction": "sooner", "strength": "strong"}],
}


class Troubled:
    """An application behind something that answers changes and then loses the answer."""

    def __init__(self, app, status, losses):
        self.app, self.status, self.losses, self.asked = app, status, losses, []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        self.asked.append(dict(scope["headers"]).get(b"idempotency-key"))
        if len(self.asked) > self.losses:
            await self.app(scope, receive, send)
            return

        async def lose(_message):
            pass

        await self.app(scope, receive, lose)
        lost = JSONResponse({"detail": "lost"}, self.status, headers={"Retry-After": "7"})
        await lost(scope, receive, send)


@pytest.fixture
def server(instance):
    with answering(create_app(instance)) as url:
        yield url


@pytest.fixture
def secret(key):
    return key("forecaster")["Authorization"].removeprefix("Bearer ")


def test_lists_are_walked_page_by_page_and_are_tables(server):
    with Kizashi(server) as client:
        few = client._items(type(next(iter(client.questions()))), "/questions", {"limit": 7})
        ids = [question.id for question in client.questions()]
        table = client.questions(status="open").df()

        assert [question.id for question in few] == ids
        assert len(ids) > 35
        assert {"id", "question.title.ja", "forecast.probability"} <= set(table.columns)
        assert set(table["status"]) == {"open"}
        assert client.question(DATE).distribution[0].probability >= 0
        assert next(step.cause for step in client.history(DATE)) == "opening"
        assert any(record.bits for record in client.evidence("entity-list-deepseek-2026"))
        assert {"reuters", "deepseek"} <= {source.id for source in client.sources()}
        assert [world.id for world in client.worlds()] == ["deepseek-r2"]
        assert DATE in [found.id for found in client.search("V5", kinds="question")]
        assert client.what_if("deepseek-r2", learn=[{"question": BINARY, "outcome": True}])
        assert "items" in client.leaderboard()


def test_a_record_is_tried_submitted_and_taken_back(server, secret):
    with Kizashi(server, secret) as client:
        before = client.question(DATE).forecast
        tried = client.submit_evidence(RECORD, dry_run=True)
        untouched = client.question(DATE).forecast
        stored = client.submit_evidence(EvidenceFormat.model_validate(RECORD))
        back = client.retract_evidence(stored.evidence.id)

    assert untouched == before
    assert {m.question: m.bits for m in stored.movements}[DATE] > 0.1
    assert tried.movements[0].bits == pytest.approx(stored.movements[0].bits)
    assert back.evidence.retracted_at is not None


def test_forecasts_are_submitted_listed_and_withdrawn(server, secret):
    with Kizashi(server, secret) as client:
        stored = client.submit_forecast(BINARY, 0.3, rationale="Two releases a year.")
        quantiles = {"10": "2026-12-20", "50": "2027-04-15", "90": "2027-11-30"}
        client.submit_forecast(DATE, quantiles=quantiles)
        standing = list(client.forecasts(question=BINARY, standing=True))
        client.withdraw_forecast(stored.forecast.id)
        ended = list(client.forecasts(question=BINARY, standing=True))

    assert [one.forecast.probability for one in standing] == [0.3]
    assert ended == []


def test_the_past_can_be_read_and_not_changed(server, secret):
    with Kizashi(server, secret) as client:
        past = client.at("2025-01-15")
        then = {question.id for question in past.questions()}

        assert then < {question.id for question in client.questions()}
        assert "as of 2025-01-15" in repr(past)
        with pytest.raises(PastIsFixed):
            past.submit_forecast(BINARY, 0.3)


def test_what_is_refused_is_told_in_the_problems_own_words(server, secret):
    with Kizashi(server) as client, pytest.raises(ProblemTold) as keyless:
        client.submit_forecast(BINARY, 0.3)
    with Kizashi(server, secret, language="ja") as client, pytest.raises(ProblemTold) as unknown:
        client.question("no-such-question")
    with Kizashi(server, secret) as client, pytest.raises(ProblemTold) as wrong:
        client.submit_forecast(BINARY, 3.0)

    assert keyless.value.status == 401
    assert "kizashi key create" in str(keyless.value)
    assert unknown.value.status == 404
    assert "質問" in str(unknown.value)
    assert "/body/probability" in str(wrong.value)
    assert secret not in repr(Kizashi(server, secret))


@pytest.mark.parametrize("status", [429, 503])
def test_a_change_whose_answer_was_lost_is_sent_again_and_done_once(instance, secret, status):
    app, waits = Troubled(create_app(instance), status, losses=2), []
    with answering(app) as url:
        client = Kizashi(url, secret)
        client._connection._sleep = waits.append
        stored = client.submit_evidence(RECORD)
        records = [one for one in client.evidence() if one.recorded_at >= f"{NOW:%Y-%m-%d}"]
        client.close()

    assert waits == [7.0, 7.0]
    assert len(app.asked) == 3 and len(set(app.asked)) == 1
    assert [one.id for one in records] == [stored.evidence.id]


def test_a_server_that_is_not_there_is_told_after_some_tries():
    client, waits = Kizashi("http://127.0.0.1:9"), []
    client._connection._sleep = waits.append

    with pytest.raises(NoConnection, match=r"127\.0\.0\.1:9"):
        client.question(DATE)

    assert waits == [0.5, 1.0, 2.0, 4.0]
