"""Scores and calibration: of people, bots and voices on resolved questions."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query

from api.asking import AsOfDep
from api.errors import problem_responses
from api.judgements import JudgementsDep, RowsWantedDep
from api.judging_answers import (
    CalibrationAnswer,
    CalibrationList,
    ScoreList,
    calibration_answer,
    from_derived,
    from_rows,
    score_answers,
)
from api.paging import BadCursor, Page, PageDep
from forecasts.calibration_reports import reports_of
from forecasts.judged_parts import parts_of
from forecasts.judged_tables import JudgedTable
from forecasts.outcomes import Indices

router = APIRouter(tags=["scores"])
By = Literal["forecaster", "kind", "type", "topic", "period"]
Moment = Literal["first", "midway"]
#: Groups that are told apart in one answer, the largest first.
_MOST_GROUPS = 50


@router.get("/scores", operation_id="list_scores", responses=problem_responses(409, 503))
async def list_scores(
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
) -> ScoreList:
    """List scores on resolved questions: a row for each forecaster on each question.

    Each is averaged over the announced window, up to when the outcome became fixed. A superseded
    outcome is scored anew; annulled and ambiguous questions have no scores.
    """
    judged = await judgements.scores(as_of, wanted)
    table = wanted.of(judged.table)
    rows = _in_order(table, page)
    shown, following = page.cut(rows, lambda row: _place(table, row))
    return ScoreList(
        items=score_answers(table.take(np.asarray(shown, np.int64))),
        next_cursor=following,
        people=from_rows(judged.people),
        voices=from_derived(judged.voices),
    )


@router.get("/calibration", operation_id="get_calibration", responses=problem_responses(409, 503))
async def get_calibration(
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    by: Annotated[By | None, Query(description="tell these apart; else all in one")] = None,
    moment: Annotated[
        Moment,
        Query(description="which forecast of each row: its first, or the one that stood halfway"),
    ] = "first",
) -> CalibrationList:
    """Get how well forecasts come true: CORP, tests, and the posterior where there are few.

    People alone are shown unless a voice, or a kind, is asked for: voices say what people say.
    """
    if wanted.kind is None and wanted.forecaster is None and by not in ("forecaster", "kind"):
        judged = await judgements.of_people(as_of)
    else:
        judged = await judgements.scores(as_of, wanted)

    def compute() -> tuple[CalibrationAnswer, ...]:
        return tuple(
            calibration_answer(group, part, *reports_of(part, moment))
            for group, part in _groups(wanted.of(judged.table), by)
        )

    items = await judgements.result(judged, ("calibration", wanted, by, moment), compute)
    return CalibrationList(
        moment=moment,
        items=items,
        people=from_rows(judged.people),
        voices=from_derived(judged.voices),
    )


def _in_order(table: JudgedTable, page: Page) -> list[int]:
    """Give the rows of a page and one more: by question, then forecaster."""
    asked, of_asked = _ranks([facts.id for facts in table.questions])
    names, of_names = _ranks(list(table.forecasters))
    question, who = of_asked[table.columns["question"]], of_names[table.columns["forecaster"]]
    if page.after is not None:
        after = _after(page)
        first, second = (
            _rank(texts, text) for texts, text in zip((asked, names), after, strict=True)
        )
        kept = np.flatnonzero((question > first) | ((question == first) & (who > second)))
    else:
        kept = np.arange(len(question))
    order = kept[np.lexsort((who[kept], question[kept]))]
    return [int(row) for row in order[: page.to_read]]


def _ranks(texts: list[str]) -> tuple[list[str], Indices]:
    """Give texts in order, and the rank of each."""
    order = np.array(sorted(range(len(texts)), key=texts.__getitem__), np.int64)
    ranks = np.empty(len(texts), np.int64)
    ranks[order] = np.arange(len(texts))
    return [texts[place] for place in order], ranks


def _rank(texts: list[str], text: str) -> float:
    """Rank of a text among others, between two of them where it is none of them."""
    place = bisect_left(texts, text)
    return float(place) if place < len(texts) and texts[place] == text else place - 0.5


def _after(page: Page) -> tuple[str, str]:
    """Read where the page before ended.

    Raises:
        BadCursor: the cursor is one of another kind of page.
    """
    match page.after:
        case (str(question), str(forecaster)):
            return question, forecaster
    raise BadCursor


def _place(table: JudgedTable, row: int) -> tuple[str, str]:
    """Tell where a row stands."""
    asked, who = table.columns["question"][row], table.columns["forecaster"][row]
    return table.questions[asked].id, table.forecasters[who]


def _groups(table: JudgedTable, by: By | None) -> Sequence[tuple[str | None, JudgedTable]]:
    """Part a table; the largest groups first."""
    if by is None:
        return [(None, table)]
    parts = [part for part in parts_of(table, by) if len(part[1])]
    parts.sort(key=lambda part: -len(part[1]))
    return parts[:_MOST_GROUPS]
