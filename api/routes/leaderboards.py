"""Leaderboards: forecasters by skill, submitters and sources by credit, voices by score."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from api.asking import AsOf, AsOfDep
from api.board_answers import (
    CreditBoardAnswer,
    ForecasterBoardAnswer,
    ForecasterStanding,
    VoiceBoardAnswer,
    VoiceStanding,
    credit_row,
    forecaster_standing,
    voice_standing,
)
from api.errors import problem_responses
from api.judge import Judge, JudgeDep
from api.judgements import Judged, Judgements, JudgementsDep, RowsWanted, RowsWantedDep
from api.judging_answers import ComputedFrom, from_derived, from_rows, is_retrospective
from api.paging import Page, PageDep, next_cursor
from forecasts.credit import Credit, RecordCredit
from forecasts.judged_boards import board_of_table, credit_board, voice_board
from forecasts.skill import Skill
from forecasts.voice_histories import VOICE_KINDS
from forecasts.voices import VoiceTotal

router = APIRouter(prefix="/leaderboards", tags=["leaderboards"])
Who = Literal["all", "people", "bots"]
_KINDS: dict[Who, tuple[str, ...]] = {"all": (), "people": ("person",), "bots": ("bot",)}
_DRAWS, _SEED = 1_000, 20_260


@router.get(
    "/forecasters", operation_id="get_forecaster_leaderboard", responses=problem_responses(409)
)
async def get_forecaster_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    who: Annotated[Who, Query(description="shown; everybody is compared with everybody")] = "all",
    least_coverage: Annotated[
        float,
        Query(ge=0, le=1e6, allow_inf_nan=False, description="summed; below: without a rank"),
    ] = 0.0,
    top: Annotated[int, Query(ge=1, le=1_000, description="for `chance_of_top`")] = 10,
) -> ForecasterBoardAnswer:
    """Rank people and bots by skill: bits per question beside the others at the same times.

    Intervals and rank intervals hold 90%. The others are read 24 hours later, so that being some
    hours ahead with public news earns nothing.
    """
    judged = await judgements.of_people(as_of)

    def compute() -> tuple[ForecasterStanding, ...]:
        board = board_of_table(
            wanted.of(judged.table), _KINDS[who], least_coverage=least_coverage, top=top
        )
        return tuple(map(forecaster_standing, board.entries))

    name = ("board", wanted, who, least_coverage, top)
    items = await judgements.result(judged, name, compute)
    shown, following = _page(items, page, request, response)
    return ForecasterBoardAnswer(
        items=shown, next_cursor=following, top=top, people=from_rows(judged.people)
    )


@router.get(
    "/evidence", operation_id="get_evidence_leaderboard", responses=problem_responses(409, 503)
)
async def get_evidence_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> CreditBoardAnswer:
    """Rank those who submit evidence by the bits that it added; see docs/credit.md."""
    boards = _Boards(judgements, judge, as_of, wanted)
    return await boards.of_credit("submitter", page, request, response)


@router.get(
    "/sources", operation_id="get_source_leaderboard", responses=problem_responses(409, 503)
)
async def get_source_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> CreditBoardAnswer:
    """Rank sources by the bits that what they said added; see docs/credit.md."""
    boards = _Boards(judgements, judge, as_of, wanted)
    return await boards.of_credit("source", page, request, response)


@router.get("/voices", operation_id="get_voice_leaderboard", responses=problem_responses(409, 503))
async def get_voice_leaderboard(
    as_of: AsOfDep, wanted: RowsWantedDep, judgements: JudgementsDep
) -> VoiceBoardAnswer:
    """Rank model, crowd, markets, house, opening prior and naive sum by their mean log2 loss."""
    judged = await judgements.scores(as_of, _of_voices(wanted))
    names = set(VOICE_KINDS)

    def compute() -> tuple[tuple[VoiceStanding, ...], bool]:
        table = wanted.of(judged.table)
        of_voices = np.array([*(name in names for name in table.forecasters), False], np.bool_)
        table = table.take(of_voices[table.columns["forecaster"]])
        return _voice_standings(voice_board(table)), is_retrospective(table)

    items, replayed = await judgements.result(judged, ("voice board", wanted), compute)
    computed = from_derived(judged.voices)
    assert isinstance(computed, ComputedFrom)
    return VoiceBoardAnswer(items=items, retrospective=replayed, computed=computed)


class _Boards:
    """Boards of credit on the questions that are asked for."""

    def __init__(
        self, judgements: Judgements, judge: Judge, as_of: AsOf, wanted: RowsWanted
    ) -> None:
        self.judgements, self.judge, self.as_of, self.wanted = judgements, judge, as_of, wanted

    async def of_credit(
        self,
        by: Literal["submitter", "source"],
        page: Page,
        request: Request,
        response: Response,
    ) -> CreditBoardAnswer:
        """Rank submitters or sources."""
        derived = await self.judge.get("credit", self.as_of)
        people = await self.judgements.of_people(self.as_of)
        judged = Judged(people.table, people.people, derived, (*people.key, derived.computed_at))
        name = (by, derived.entries, self.wanted)
        found = await self.judgements.result(
            judged, name, lambda: credit_board(self._credits(judged), by)
        )
        items = tuple(map(credit_row, found))
        shown, following = _page(items, page, request, response)
        computed = from_derived(derived)
        assert isinstance(computed, ComputedFrom)
        replayed = any(facts.is_retrospective for facts in people.table.questions)
        return CreditBoardAnswer(
            items=shown, next_cursor=following, retrospective=replayed, computed=computed
        )

    def _credits(self, judged: Judged) -> list[Credit]:
        """Give the credit of the questions that are asked for; open ones only where all are."""
        assert judged.voices is not None
        wanted = self.wanted
        everything = RowsWanted(None, None, None, None, None, "all")
        asked = None if wanted == everything else wanted.questions_of(judged.table)
        return [
            _credit(body)
            for body in judged.voices.body
            if asked is None or body["question"] in asked
        ]


def _credit(body: dict[str, Any]) -> Credit:
    """Give a credit as the domain's value."""
    records = tuple(RecordCredit(**record) for record in body["records"])
    return Credit(**{**body, "records": records})


def _of_voices(wanted: RowsWanted) -> RowsWanted:
    """Ask for voices, whatever kind was asked for."""
    return RowsWanted(None, "model", None, None, None, wanted.period)


def _voice_standings(totals: Sequence[VoiceTotal]) -> tuple[VoiceStanding, ...]:
    """Give voices with the intervals of their ranks, by drawing each difference."""
    if not totals:
        return ()
    means = np.array([-total.difference for total in totals])
    errors = np.nan_to_num(np.array([total.difference_error for total in totals]))
    drawn = np.random.default_rng(_SEED).normal(means, errors, (_DRAWS, len(totals)))
    low, high = Skill(drawn, np.ones(len(totals), np.int64)).rank_interval()
    return tuple(
        voice_standing(total, place + 1, (int(low[place]), int(high[place])))
        for place, total in enumerate(totals)
    )


def _page[Row](
    items: Sequence[Row], page: Page, request: Request, response: Response
) -> tuple[tuple[Row, ...], str | None]:
    """Give the rows of a page of a board, which is paged by place."""
    first = page.after_entry() or 0
    rows = items[first : first + page.limit + 1]
    following = next_cursor(
        list(enumerate(rows, first + 1)), page, lambda row: (row[0],), request, response
    )
    return tuple(rows[: page.limit]), following
