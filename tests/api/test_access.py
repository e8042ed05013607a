import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access import get_actor, get_admin, get_forecaster, get_resolver
from api.app import create_app
from api.roles import ROLES, Actor
from tests.api.access import MATRIX, STRANGER, holes, may
from tests.api.test_forecasting import BINARY
from tests.api.test_writing import RECORD


@pytest.fixture(scope="module")
def callers(reader_key):
    return {role: reader_key(role) for role in ROLES}


def test_everybody_gets_what_the_table_of_access_gives(reader, callers):
    assert holes(reader.app, reader, callers) == []


@pytest.mark.slow
@pytest.mark.parametrize("guard", [get_actor, get_forecaster, get_resolver, get_admin])
def test_a_guard_that_is_missing_is_found(shared_instance, callers, guard):
    app = create_app(shared_instance)
    app.dependency_overrides[guard] = lambda: Actor("anybody", "admin")

    found = holes(app, TestClient(app, raise_server_exceptions=False), callers)

    assert any(f": {STRANGER} got " in hole for hole in found)


@pytest.mark.slow
def test_a_write_that_nobody_thought_of_is_found(shared_instance, callers):
    app = create_app(shared_instance)

    @app.delete("/api/v1/everything")
    async def clear() -> None: ...

    found = holes(app, TestClient(app, raise_server_exceptions=False), callers)

    assert "DELETE /api/v1/everything: not in the table of who may" in found


def test_an_operation_that_is_gone_is_found(callers):
    app = FastAPI()

    assert len(holes(app, TestClient(app), callers)) == len(MATRIX)


@pytest.mark.parametrize(
    ("caller", "least", "passes"),
    [
        ("stranger", "open", True),
        ("stranger", "reader", False),
        ("reader", "reader", True),
        ("reader", "forecaster", False),
        ("admin", "resolver", True),
    ],
)
def test_roles_contain_each_other(caller, least, passes):
    assert may(caller, least) is passes


def new_record(client, headers):
    answer = client.post("/api/v1/evidence", json=RECORD, headers=headers)
    return f"/api/v1/evidence/{answer.json()['evidence']['id']}/retraction"


def new_forecast(client, headers):
    answer = client.post("/api/v1/forecasts", json=BINARY, headers=headers)
    return f"/api/v1/forecasts/{answer.json()['forecast']['id']}/withdrawal"


def new_key(client, headers, deed="revocation"):
    answer = client.post("/api/v1/keys", json={"role": "reader"}, headers=headers)
    return f"/api/v1/keys/{answer.json()['id']}/{deed}"


def new_key_to_rotate(client, headers):
    return new_key(client, headers, "rotation")


#: What makes something of one's own, and what others are told who want to change it.
OWNED = [(new_record, 403), (new_forecast, 403), (new_key, 404), (new_key_to_rotate, 404)]


@pytest.mark.parametrize(("make", "refusal"), OWNED)
def test_only_its_owner_and_an_admin_change_what_somebody_owns(client, key, make, refusal):
    owner, path_of = key("forecaster"), make

    path = path_of(client, owner)
    told = {
        "stranger": client.post(path).status_code,
        "reader": client.post(path, headers=key("reader")).status_code,
        "forecaster": client.post(path, headers=key("forecaster")).status_code,
        "resolver": client.post(path, headers=key("resolver")).status_code,
        "owner": client.post(path, headers=owner).status_code,
        "admin": client.post(path_of(client, owner), headers=key("admin")).status_code,
    }

    assert told.pop("stranger") == 401
    assert told.pop("reader") in (403, refusal)
    assert told == {"forecaster": refusal, "resolver": refusal, "owner": 200, "admin": 200}
