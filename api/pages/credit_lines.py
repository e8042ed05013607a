"""Credit by question, for pages: what somebody's records, or a source's, added to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from api.language import translate
from api.pages.board_columns import signed
from api.pages.wording import Wording, wording
from data.facts import read_questions

_STATUSES = {"final": "final", "provisional": "provisional", "void": "void"}
#: So many questions are listed, those of the largest credit first.
_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What records added to one question's forecast.

    Attributes:
        withheld: whether it is paid to nobody, since the submitter resolved the question.
    """

    question: str
    title: Wording
    bits: str
    sign: str
    records: int
    status: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class CreditSum:
    """Credit by question, and over all: final and provisional bits, without what is withheld."""

    lines: tuple[CreditLine, ...]
    final: str
    provisional: str
    records: int
    gained: int
    lost: int


def credit_sum(
    connection: Connection,
    credits_found: Sequence[dict[str, Any]],
    by: Literal["submitter", "source"],
    name: str,
    language: str,
) -> CreditSum:
    """Gather what was added in one name.

    Args:
        credits_found: of all questions, as the judge keeps them.
    """
    found: list[tuple[float, str, str, list[dict[str, Any]]]] = []
    for body in credits_found:
        mine = [record for record in body["records"] if record[by] == name]
        if mine and body["status"] != "void":
            bits = sum(record["bits"] for record in mine)
            found.append((bits, body["question"], body["status"], mine))
    found.sort(key=lambda part: -abs(part[0]))
    asked = read_questions(connection, [part[1] for part in found])
    lines = [
        CreditLine(
            question=question,
            title=wording(asked[question][1].title, language),
            bits=signed(bits),
            sign="none" if signed(bits) == "0.00" else "up" if bits > 0 else "down",
            records=len(mine),
            status=translate(_STATUSES[status], language),
            withheld=by == "submitter" and any(record["withheld"] for record in mine),
        )
        for bits, question, status, mine in found
        if question in asked
    ]
    sums = {
        wanted: sum(
            record["bits"]
            for _, _, status, mine in found
            for record in mine
            if status == wanted and not (by == "submitter" and record["withheld"])
        )
        for wanted in ("final", "provisional")
    }
    return CreditSum(
        lines=tuple(lines[:_MOST_LINES]),
        final=signed(sums["final"]),
        provisional=signed(sums["provisional"]),
        records=sum(len(part[3]) for part in found),
        gained=sum(part[2] == "final" and part[0] > 0 for part in found),
        lost=sum(part[2] == "final" and part[0] < 0 for part in found),
    )
