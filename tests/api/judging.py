"""An application whose clock a test moves, with forecasters who come and go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from api.instance import Instance, open_instance
from api.keys import create_key
from api.settings import Settings
from tests.conftest import NOW

BINARY = "coding-arena-parity-2028"
SECOND = "deepseek-v5-by-2028-01-31"
NUMBER = "deepseek-output-price-2028"
DATE = "deepseek-v5-release-date"
#: Clocks that jump over quarters make no reports by themselves.
UNSCHEDULED = Settings.model_construct(publish_reports=False)


@dataclass
class Moving:
    """A client, and the clock of its instance."""

    client: TestClient
    instance: Instance
    clock: list[datetime]
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    def key(self, name: str, role: Any = "forecaster") -> dict[str, str]:
        if name not in self.keys:
            made = self.instance.writer.do(
                lambda change: create_key(change, name, role, self.clock[0])
            )
            self.keys[name] = {"Authorization": f"Bearer {made}"}
        return self.keys[name]

    def later(self, **time: float) -> None:
        self.clock[0] += timedelta(**time)

    def say(self, name: str, question: str, **said: Any) -> dict[str, Any]:
        body = {"question": question, **said}
        answer = self.client.post("/api/v1/forecasts", json=body, headers=self.key(name))
        assert answer.status_code == 201, answer.text
        return answer.json()["forecast"]

    def resolve(self, question: str, outcome: Any, **more: Any) -> None:
        day = f"{self.clock[0]:%Y-%m-%d}"
        body = {
            "question": question,
            "outcome": outcome,
            "resolved_at": day,
            "known_by": day,
            "basis": {"en": "For the test."},
            **more,
        }
        answer = self.client.post(
            "/api/v1/resolutions", json=body, headers=self.key("judge", "admin")
        )
        assert answer.status_code == 201, answer.text

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()


@contextmanager
def moving_client(database: Path) -> Iterator[Moving]:
    clock = [NOW]
    with (
        open_instance(f"sqlite:///{database}", lambda: clock[0]) as instance,
        TestClient(create_app(instance, UNSCHEDULED), raise_server_exceptions=False) as client,
    ):
        yield Moving(client, instance, clock)
