"""What a reader wishes to see of calibration: whose forecasts, of which questions, of when."""

import re
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from api.judgements import KindOfForecaster, RowsWanted, TypeOfQuestion

#: Who is shown where nobody is asked for: what the pages of questions say.
MODEL, PEOPLE = "model", "people"
KINDS: tuple[str, ...] = get_args(KindOfForecaster)
TYPES_ASKED: tuple[str, ...] = get_args(TypeOfQuestion)
#: What can be set side by side.
SIDES = ("kind", "forecaster", "type", "topic", "period")
_PERIOD = re.compile(r"all|[12][0-9]{3}(Q[1-4])?")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for; empty fits all.

    Attributes:
        who: a kind of forecaster, `people` (and bots), or a forecaster's id.
        by: what is set side by side.
        moment: `first` or `midway`.
    """

    who: str = MODEL
    type_: str = ""
    topic: str = ""
    period: str = "all"
    moment: str = "first"
    by: str = "kind"

    @property
    def rows(self) -> RowsWanted:
        """Give the rows that are asked for."""
        return self._rows(self.who)

    @property
    def rows_of_all(self) -> RowsWanted:
        """Give the rows of everybody, on the same questions."""
        return self._rows("")

    @property
    def query(self) -> str:
        """Write the wishes as a query."""
        said = {
            "who": self.who,
            "type": self.type_,
            "topic": self.topic,
            "period": self.period,
            "moment": self.moment,
            "by": self.by,
        }
        return urlencode({name: value for name, value in said.items() if value})

    def _rows(self, who: str) -> RowsWanted:
        kind: Any = who if who in KINDS else None
        type_: Any = self.type_ or None
        other = who not in KINDS and who not in ("", PEOPLE)
        return RowsWanted(
            question=None,
            forecaster=who if other else None,
            kind=kind,
            type_=type_,
            topic=self.topic or None,
            period=self.period,
        )


def read_wishes(query: QueryParams) -> Wishes:
    """Read what is asked for; what nobody can ask for is left out."""

    def one_of(name: str, allowed: tuple[str, ...], otherwise: str) -> str:
        said = query.get(name, "")
        return said if said in allowed else otherwise

    period = query.get("period", "all")
    return Wishes(
        who=query.get("who", "")[:_LONGEST] or MODEL,
        type_=one_of("type", TYPES_ASKED, ""),
        topic=query.get("topic", "")[:_LONGEST],
        period=period if _PERIOD.fullmatch(period) else "all",
        moment=one_of("moment", ("first", "midway"), "first"),
        by=one_of("by", SIDES, "kind"),
    )
