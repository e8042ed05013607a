"""Lists that are read page by page while one goes through them, and as a DataFrame."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    import pandas as pd

type Asker = Callable[[str | None], dict[str, Any]]


class Items[Item: BaseModel]:
    """All items of a collection: each walk through them asks the server anew.

    Args:
        kind: of an item.
        ask: gives the page at a cursor.
    """

    def __init__(self, kind: type[Item], ask: Asker) -> None:
        self._kind, self._ask = kind, ask

    def __iter__(self) -> Iterator[Item]:
        """Go through all items, page by page."""
        cursor: str | None = None
        while True:
            page = self._ask(cursor)
            for item in page["items"]:
                yield self._kind.model_validate(item)
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def df(self) -> "pd.DataFrame":
        """Give all items as a table: inner fields as columns such as forecast.probability.

        Columns in which everything is empty are left out; lists and maps are JSON.
        """
        import pandas as pd  # takes a second

        rows = [flat_row(item.model_dump(mode="json")) for item in self]
        return pd.DataFrame(rows).dropna(axis="columns", how="all")


def flat_row(item: dict[str, Any], deepest: int = 2) -> dict[str, Any]:
    """Give an item as a row of a table.

    >>> flat_row({"id": "a", "forecast": {"probability": 0.3, "options": []}})
    {'id': 'a', 'forecast.probability': 0.3, 'forecast.options': '[]'}
    """
    row: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, dict) and deepest:
            inner = flat_row(value, deepest - 1)
            row.update({f"{name}.{below}": one for below, one in inner.items()})
        elif isinstance(value, dict | list):
            row[name] = json.dumps(value, ensure_ascii=False)
        else:
            row[name] = value
    return row
