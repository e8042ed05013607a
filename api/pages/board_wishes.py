"""What a reader wants to see of a leaderboard: read from its address, and written into one."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from api.boards import Who
from api.judgements import RowsWanted

Board = Literal["forecasters", "evidence", "sources", "voices"]
BOARDS: tuple[Board, ...] = get_args(Board)
#: Rows of one page.
PAGE_ROWS = 100
_WHO: tuple[Who, ...] = get_args(Who)
_PERIOD = re.compile(r"[12][0-9]{3}(Q[1-4])?")
_SORT = re.compile(r"-?[a-z0-9_]{1,20}")
_LONGEST, _MOST_PAGES, _MOST_COVERAGE = 80, 1_000, 1e6


@dataclass(frozen=True, slots=True)
class BoardWish:
    """Which board, which rows of it, and in what order.

    Attributes:
        period: by when outcomes could be known: "all", a year, or a quarter.
        topic: a world or a driver; "" for all.
        least_coverage: summed over questions; who has less has no rank.
        sort: the key of a column, best first; after a minus sign, worst first; "" by rank.
        page: from 1.
        as_of: a past moment, as it was asked for; "" for the present.
    """

    board: Board = "forecasters"
    period: str = "all"
    topic: str = ""
    who: Who = "all"
    least_coverage: float = 0.0
    sort: str = ""
    page: int = 1
    as_of: str = ""

    @property
    def rows(self) -> RowsWanted:
        """The rows of scores that are wanted."""
        return RowsWanted(None, None, None, None, self.topic or None, self.period)

    @property
    def is_narrow(self) -> bool:
        """Tell whether something is left out."""
        return bool(self.topic) or self.period != "all" or self.who != "all"

    @property
    def path(self) -> str:
        """The board's own address, without filters."""
        return "/leaderboard" if self.board == "forecasters" else f"/leaderboard/{self.board}"

    def address(self, **changes: Any) -> str:
        """Write the address of the same board with something changed.

        >>> BoardWish("voices", period="2025").address(sort="brier")
        '/leaderboard/voices?period=2025&sort=brier'
        """
        wish = replace(self, **changes)
        query = wish.query()
        return f"{wish.path}?{query}" if query else wish.path

    def query(self) -> str:
        """Write what differs from the board as a whole."""
        whole = BoardWish(self.board)
        named = ("period", "topic", "who", "least_coverage", "sort", "page", "as_of")
        values = {name: getattr(self, name) for name in named}
        values["least_coverage"] = f"{self.least_coverage:g}" if self.least_coverage else 0.0
        return urlencode({n: v for n, v in values.items() if v != getattr(whole, n)})


def read_wish(board: Board, query: Mapping[str, str]) -> BoardWish:
    """Read a wish; what makes no sense is as if it had been left out.

    >>> read_wish("forecasters", {"who": "cats", "period": "2025Q4", "least_coverage": "-1"})
    BoardWish(board='forecasters', period='2025Q4', topic='', who='all', least_coverage=0.0, \
sort='', page=1, as_of='')
    """
    period, who, sort = (query.get(name, "") for name in ("period", "who", "sort"))
    return BoardWish(
        board=board,
        period=period if _PERIOD.fullmatch(period) else "all",
        topic=query.get("topic", "")[:_LONGEST],
        who=next((known for known in _WHO if known == who), "all"),
        least_coverage=_number(query.get("least_coverage", ""), _MOST_COVERAGE),
        sort=sort if _SORT.fullmatch(sort) else "",
        page=max(1, int(_number(query.get("page", ""), _MOST_PAGES))),
        as_of=query.get("as_of", "")[:_LONGEST],
    )


def _number(text: str, most: float) -> float:
    """Read a number from 0 to a largest one; 0 where there is none."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return min(max(number, 0.0), most) if math.isfinite(number) else 0.0
