"""Records to submit and answers to look at, shared by the tests of the API."""

from datetime import datetime
from typing import Any

from starlette.testclient import TestClient

from api.instance import Instance

OPEN_DATE = "deepseek-v5-release-date"
CLOSED = "r2-by-2025-05-31"
RECORD: dict[str, Any] = {
    "published": "2026-11-23",
    "source": "reuters",
    "grade": "B2",
    "kind": "report",
    "fact": {"en": "Two people said that V5 is planned for the first quarter."},
    "stances": [{"question": OPEN_DATE, "direction": "sooner", "strength": "moderate"}],
}
#: The outcome of a question of the bank that is open.
OUTCOME: dict[str, Any] = {
    "question": "coding-arena-parity-2028",
    "outcome": True,
    "resolved_at": "2026-11-23",
    "known_by": "2026-11-23",
    "basis": {"en": "For the test."},
}


def stance(question: str, **said: Any) -> dict[str, Any]:
    return {**RECORD, "stances": [{"question": question, **said}]}


def get(client: TestClient, path: str, **headers: str) -> Any:
    answer = client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def moved(answer: Any) -> dict[str, float]:
    return {movement["question"]: movement["bits"] for movement in answer["movements"]}


def set_clock(instance: Instance, now: datetime) -> None:
    """Let it be another time for a running instance."""
    object.__setattr__(instance, "clock", lambda: now)
