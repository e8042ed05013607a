"""Clients of a real application on a real database."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import Instance, open_instance
from api.keys import create_key
from api.roles import Role
from api.settings import Settings
from tests.conftest import NOW

type KeyMaker = Callable[[Role], dict[str, str]]


@pytest.fixture(scope="session")
def shared_instance(
    bank_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """Give one instance for all tests that change no fact."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("shared") / "shared.db")
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        yield instance


@pytest.fixture(scope="session")
def reader(shared_instance: Instance) -> Iterator[TestClient]:
    """Give a client for tests that change no fact: they read, or are refused."""
    settings = Settings.model_construct(rate_strangers=0, rate_per_minute=0)
    app = create_app(shared_instance, settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def _forgetful(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have the client of all tests keep no cookie of one: pages keep a language that was chosen."""
    yield
    if "reader" in request.fixturenames:
        request.getfixturevalue("reader").cookies.clear()


@pytest.fixture(scope="session")
def reader_key(shared_instance: Instance) -> KeyMaker:
    """Give a maker of keys for the shared instance."""
    return _key_maker(shared_instance)


@pytest.fixture
def client(instance: Instance) -> Iterator[TestClient]:
    """Give a client whose changes nobody else sees."""
    with TestClient(create_app(instance), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def key(instance: Instance) -> KeyMaker:
    """Give a maker of keys for an instance that nobody else sees."""
    return _key_maker(instance)


def _key_maker(instance: Instance) -> KeyMaker:
    """Give a maker of headers with a fresh key of a role."""

    def make(role: Role) -> dict[str, str]:
        made = instance.writer.do(lambda change: create_key(change, "someone", role, NOW))
        return {"Authorization": f"Bearer {made}"}

    return make
