"""Pages of collections: a cursor that says where the next page begins, and its link."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from sqlalchemy import ColumnElement, Select

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


def _entry(row: Any) -> tuple[Any, ...]:
    """Give the place of a row in the order of the ledger."""
    return (row.seq,)


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for.

    Attributes:
        limit: rows at most.
        after: where the page before it ended: values of its last row; None for the first page.
    """

    limit: int
    after: tuple[Any, ...] | None

    @property
    def to_read(self) -> int:
        """Rows to read: one more than are shown, which tells that there is a next page."""
        return self.limit + 1

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


@dataclass(frozen=True, slots=True)
class AnsweredPage(Page):
    """A page that an answer of the API gives; its header `Link` tells of the next one.

    Attributes:
        request, response: what asks for it, and what answers.
    """

    request: Request
    response: Response

    def newest(self, query: Select[Any], entry: ColumnElement[int]) -> Select[Any]:
        """Let a query read the rows of this page, the newest entry of the ledger first.

        Raises:
            BadCursor: the cursor is one of another kind of page.
        """
        before = self.after_entry()
        if before is not None:
            query = query.where(entry < before)
        return query.order_by(entry.desc()).limit(self.to_read)

    def cut[Row](
        self, rows: Sequence[Row], place: Callable[[Row], tuple[Any, ...]] = _entry
    ) -> tuple[Sequence[Row], str | None]:
        """Give the rows that are shown, and where the next page begins; None: nowhere.

        Args:
            rows: those of this page, and one more where there is one (see `to_read`).
            place: values that tell where a row stands in the order of the collection.
        """
        shown = rows[: self.limit]
        if len(shown) == len(rows):
            return shown, None
        cursor = encode_cursor(*place(shown[-1]))
        address = self.request.url.include_query_params(cursor=cursor)
        self.response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
        return shown, cursor

    def cut_whole[Row](
        self, rows: Sequence[Row], place: Callable[[Row], tuple[Any, ...]] = _entry
    ) -> tuple[Sequence[Row], str | None]:
        """Give the rows that are shown of a whole collection, and where the next page begins.

        Args:
            rows: all of them, in the order of their places.
            place: values that tell where a row stands; no two share them.

        Raises:
            BadCursor: the cursor is one of another kind of page.
        """
        after = self.after
        if after is not None and rows and len(after) != len(place(rows[0])):
            raise BadCursor
        try:
            left = [row for row in rows if after is None or place(row) > after]
        except TypeError as error:
            raise BadCursor from error
        return self.cut(left, place)


async def get_page(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows of a page")] = USUAL_ROWS,
    cursor: Annotated[
        str | None,
        Query(max_length=400, pattern=_CURSOR, description="`next_cursor` of the page before"),
    ] = None,
) -> AnsweredPage:
    """Read which page a request asks for.

    Raises:
        BadCursor: it is none that an answer gave.
    """
    return AnsweredPage(limit, decode_cursor(cursor) if cursor else None, request, response)


PageDep = Annotated[AnsweredPage, Depends(get_page)]


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
