"""Pages of collections: a cursor that says where the next page begins, and its link."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from forecasts.errors import Malformed

#: Rows of a page, unless told; and at most. Whole collections come as .json, .csv or .parquet.
USUAL_ROWS, MOST_ROWS = 100, 500
#: No ledger has so many: every database can hold smaller numbers.
_ENTRIES = 2**31
_CURSOR = r"^[A-Za-z0-9_-]*$"


class BadCursor(Malformed):
    """A cursor that no answer gave."""

    message = (
        "This cursor is none that an answer gave. Send `next_cursor` unchanged, with the same "
        "filters; or leave it out to begin anew."
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for.

    Attributes:
        limit: rows at most.
        after: where the page before it ended: values of its last row; None for the first page.
    """

    limit: int
    after: tuple[Any, ...] | None

    def after_entry(self) -> int | None:
        """Give the ledger entry at which the page before ended.

        Raises:
            BadCursor: the cursor is one of another kind of page.
        """
        if self.after is None:
            return None
        match self.after:
            case (int(entry),) if 0 <= entry < _ENTRIES and not isinstance(self.after[0], bool):
                return entry
        raise BadCursor

    def after_name(self) -> str | None:
        """Give the name at which the page before ended.

        Raises:
            BadCursor: the cursor is one of another kind of page.
        """
        match self.after:
            case None:
                return None
            case (str(name),):
                return name
        raise BadCursor

    def after_place(self, name: str, kind: type) -> tuple[Any, int] | None:
        """Give the place in a named order at which the page before ended: a key and an entry.

        Raises:
            BadCursor: the cursor is one of another order, or of another kind of page.
        """
        if self.after is None:
            return None
        match self.after:
            case (str(order), key, int(entry)) if order == name and type(key) is kind:
                numbers = [entry, key] if isinstance(key, int) else [entry]
                if all(0 <= number < _ENTRIES for number in numbers):
                    return key, entry
        raise BadCursor


async def get_page(
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows of a page")] = USUAL_ROWS,
    cursor: Annotated[
        str | None,
        Query(max_length=400, pattern=_CURSOR, description="`next_cursor` of the page before"),
    ] = None,
) -> Page:
    """Read which page a request asks for.

    Raises:
        BadCursor: it is none that an answer gave.
    """
    return Page(limit, decode_cursor(cursor) if cursor else None)


PageDep = Annotated[Page, Depends(get_page)]


def encode_cursor(*values: Any) -> str:
    """Write where a page ended.

    >>> decode_cursor(encode_cursor(12, "r2"))
    (12, 'r2')
    """
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[Any, ...]:
    """Read where a page ended.

    Raises:
        BadCursor: it is none that an answer gave.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
        json.dumps(values, ensure_ascii=False).encode()  # half a character is no text
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadCursor from error
    if not isinstance(values, list):
        raise BadCursor
    return tuple(values)


def next_cursor[Row](
    rows: Sequence[Row],
    page: Page,
    place: Callable[[Row], tuple[Any, ...]],
    request: Request,
    response: Response,
) -> str | None:
    """Say where the next page begins, in the answer and in its `Link`; None on the last page.

    Args:
        rows: of this page, read with one more than `page.limit`: that one is not shown.
        place: values that tell where a row stands in the order of the collection.
    """
    if len(rows) <= page.limit:
        return None
    cursor = encode_cursor(*place(rows[page.limit - 1]))
    address = request.url.include_query_params(cursor=cursor)
    response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    return cursor


def page_of[Item](
    items: Sequence[Item],
    page: Page,
    place: Callable[[Item], tuple[Any, ...]],
    request: Request,
    response: Response,
) -> tuple[tuple[Item, ...], str | None]:
    """Cut a page out of a whole collection that is at hand; give it with its cursor.

    Args:
        items: in the order of their places.
        place: values that tell where an item stands; no two share them.

    Raises:
        BadCursor: the cursor is one of another kind of page.
    """
    after = page.after
    if after is not None and items and len(after) != len(place(items[0])):
        raise BadCursor
    try:
        left = [item for item in items if after is None or place(item) > after]
    except TypeError as error:
        raise BadCursor from error
    following = next_cursor(left, page, place, request, response)
    return tuple(left[: page.limit]), following
