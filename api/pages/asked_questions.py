"""Which questions the list is asked for: filters, order and place, as in the API."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Connection, Row

from api.answers import Status
from api.asking import AsOf, AsOfDep, SlugQuery, WordsQuery
from api.paging import Page, decode_cursor, encode_cursor
from data.formats.questions import QuestionType
from data.question_queries import (
    QuestionFilters,
    QuestionSort,
    count_questions,
    place,
    question_rows,
)

#: Questions of a page: what a person looks through.
USUAL_LINES = 25
_KEY_TYPES: dict[str, type] = {
    "entry": int,
    "id": str,
    "closes": str,
    "moved": float,
    "soon": str,
}
#: No forecast moves further.
_MOST_BITS = 1_000


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """Which questions are asked for, in which order, as of when, and from where on."""

    filters: QuestionFilters
    sort: QuestionSort
    as_of: AsOf
    page: Page

    def rows(self, connection: Connection) -> tuple[list[Row[Any]], str | None]:
        """Read a page of them, with the cursor of the next one.

        Raises:
            BadCursor: the cursor is one of another order.
        """
        after = self.page.after_place(self.sort, _KEY_TYPES[self.sort.lstrip("-")])
        found = self._read(connection, after, self.page.limit + 1)
        shown = found[: self.page.limit]
        is_last = len(found) <= self.page.limit
        return shown, None if is_last else encode_cursor(*place(shown[-1], self.sort))

    def every(self, connection: Connection) -> list[Row[Any]]:
        """Read all of them."""
        return self._read(connection, None, -1)

    def count(self, connection: Connection, *, unfiltered: bool = False) -> int:
        """Count them, or all that there are."""
        filters = QuestionFilters() if unfiltered else self.filters
        return count_questions(connection, self.as_of.at, filters, at=self.as_of.until)

    def _read(self, connection: Connection, after: Any, limit: int) -> list[Row[Any]]:
        """Read some of them."""
        return question_rows(
            connection,
            self.as_of.at,
            self.filters,
            self.sort,
            at=self.as_of.until,
            after=after,
            limit=limit,
        )


async def get_asked_questions(
    as_of: AsOfDep,
    *,
    status: Status | None = None,
    question_type: Annotated[QuestionType | None, Query(alias="type")] = None,
    driver: SlugQuery = None,
    claim: SlugQuery = None,
    tag: SlugQuery = None,
    moved: Annotated[float | None, Query(ge=0, le=_MOST_BITS)] = None,
    q: WordsQuery = None,
    sort: QuestionSort = "soon",
    limit: Annotated[int, Query(ge=1, le=100)] = USUAL_LINES,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> AskedQuestions:
    """Read which questions a page is asked for.

    Raises:
        BadCursor: it is none that a page gave.
    """
    filters = QuestionFilters(
        status, question_type, driver=driver, claim=claim, tag=tag, words=q, moved=moved
    )
    page = Page(limit, decode_cursor(cursor) if cursor else None)
    return AskedQuestions(filters, sort, as_of, page)


AskedQuestionsDep = Annotated[AskedQuestions, Depends(get_asked_questions)]
