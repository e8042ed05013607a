"""A person is forgotten: the profile goes, keys end, and the ledger is as it was."""

from sqlalchemy import insert, select, update

from data.access_tables import KEYS, SESSIONS, SIGN_IN_LINKS, WEBHOOKS
from data.ledger import read_checkpoint, verify
from data.tables import ACTORS
from forecasts.times import instant_of
from tests.api.asking import get
from tests.api.test_forecasting import BINARY
from tests.conftest import NOW


def erase(client, headers, person):
    return client.post(f"/api/v1/forecasters/{person}/erasure", headers=headers)


def me(client, headers) -> str:
    return get(client, "/me", **headers)["actor"]


def settle_in(instance, person) -> None:
    """Let somebody have all that a person can have."""

    def change(transaction) -> None:
        run, at = transaction.connection.execute, instant_of(NOW)
        profile = {"name": "Ada", "about": "A", "email": "a@example.org", "github": "ada"}
        run(update(ACTORS).where(ACTORS.c.id == person).values(profile))
        same = {"token_hash": "h", "actor": person, "role": "forecaster", "expires_at": at + 1}
        run(insert(SESSIONS), same | {"created_at": at})
        run(insert(SIGN_IN_LINKS), same)
        hook = {"id": "wh", "actor": person, "url": "https://example.org", "secret": "s"}
        run(insert(WEBHOOKS), hook | {"kinds": "", "created_at": at, "after": 0})

    instance.writer.do(change)


def test_all_that_is_known_of_a_person_goes_and_the_ledger_stays(client, key, instance):
    headers = key("forecaster")
    person = me(client, headers)
    settle_in(instance, person)
    made = client.post("/api/v1/forecasts", json=BINARY, headers=headers).json()["forecast"]
    with instance.database.read() as connection:
        before = read_checkpoint(connection)
    answer = erase(client, headers, person)

    assert answer.json() == {"forecaster": person, "forgotten_at": "2026-11-23T18:00:00Z"}
    with instance.database.read() as connection:
        row = connection.execute(select(ACTORS).where(ACTORS.c.id == person)).one()
        ended = connection.execute(select(KEYS.c.revoked_at).where(KEYS.c.actor == person))
        assert None not in set(ended.scalars())
        left = [
            table.name
            for table in (SESSIONS, SIGN_IN_LINKS, WEBHOOKS)
            if connection.execute(select(table).where(table.c.actor == person)).first()
        ]
        assert left == []
        assert verify(connection) == before
    assert (row.name, row.about, row.email, row.github) == ("forgotten", None, None, None)
    assert get(client, f"/forecasts/{made['id']}")["forecaster"] == person
    assert client.post("/api/v1/forecasts", json=BINARY, headers=headers).status_code == 401


def test_only_oneself_or_an_admin_erases_and_only_once(client, key):
    mine, admin = key("forecaster"), key("admin")
    person = me(client, mine)

    assert erase(client, {}, person).status_code == 401
    assert erase(client, key("resolver"), person).status_code == 403
    assert erase(client, admin, person).status_code == 200
    assert erase(client, admin, person).status_code == 409
    assert erase(client, admin, "a-nobody").status_code == 404
    assert erase(client, admin, "operator").status_code == 404
