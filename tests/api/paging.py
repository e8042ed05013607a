"""Walking through pages, shared by the tests of collections."""

from typing import Any

from starlette.testclient import TestClient


def every(client: TestClient, path: str, **asked: Any) -> list[Any]:
    """Give all items of a collection, page by page, by the links between the pages."""
    given = {name: value for name, value in asked.items() if value is not None}
    answer = client.get(f"/api/v1{path}", params=given)
    items: list[Any] = []
    while True:
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            assert "next" not in answer.links
            return items
        answer = client.get(answer.links["next"]["url"])
