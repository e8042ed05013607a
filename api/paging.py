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
            case (int(entry),) if 0 <= entry < 2**31 and not isinstance(self.after[0], bool):
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
