"""Boards as they stand: who ranks where, for the API and the pages alike, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from api.asking import AsOf
from api.board_answers import (
    CreditBoardRow,
    ForecasterStanding,
    VoiceStanding,
    credit_row,
    forecaster_standing,
    voice_standing,
)
from api.judge import Judge
from api.judgements import Judged, Judgements, RowsWanted
from api.judging_answers import ComputedFrom, from_derived, from_rows, is_retrospective
from forecasts.credit import Credit, RecordCredit
from forecasts.judged_boards import board_of_table, credit_board, voice_board
from forecasts.skill import Skill
from forecasts.voice_histories import VOICE_KINDS
from forecasts.voices import VoiceTotal

Who = Literal["all", "people", "bots"]
_KINDS: dict[Who, tuple[str, ...]] = {"all": (), "people": ("person",), "bots": ("bot",)}
_DRAWS, _SEED = 1_000, 20_260


@dataclass(frozen=True, slots=True)
class Found[Row]:
    """A board, and what it was computed from.

    Attributes:
        is_replayed: some of the evidence behind it was collected with hindsight.
    """

    rows: tuple[Row, ...]
    computed: ComputedFrom
    is_replayed: bool = False


@dataclass(frozen=True, slots=True)
class Boards:
    """Boards as of a moment, on the rows of scores that are asked for."""

    judgements: Judgements
    judge: Judge
    as_of: AsOf

    async def of_forecasters(
        self, wanted: RowsWanted, who: Who, least_coverage: float, top: int
    ) -> Found[ForecasterStanding]:
        """Rank people and bots by skill; everybody is compared with everybody.

        Args:
            least_coverage: summed over questions; who has less is shown without a rank.
            top: for the chance of being among the best.
        """
        judged = await self.judgements.of_people(self.as_of)

        def compute() -> tuple[ForecasterStanding, ...]:
            board = board_of_table(
                wanted.of(judged.table), _KINDS[who], least_coverage=least_coverage, top=top
            )
            return tuple(map(forecaster_standing, board.entries))

        name = ("board", wanted, who, least_coverage, top)
        rows = await self.judgements.result(judged, name, compute)
        return Found(rows, from_rows(judged.people))

    async def of_credit(
        self, by: Literal["submitter", "source"], wanted: RowsWanted
    ) -> Found[CreditBoardRow]:
        """Rank submitters or sources by the bits that their records added.

        Raises:
            StillComputing, JudgingFailed: there is nothing yet.
        """
        derived = await self.judge.get("credit", self.as_of)
        people = await self.judgements.of_people(self.as_of)
        judged = Judged(people.table, people.people, derived, (*people.key, derived.computed_at))

        def compute() -> tuple[CreditBoardRow, ...]:
            return tuple(map(credit_row, credit_board(_credits(judged, wanted), by)))

        rows = await self.judgements.result(judged, (by, derived.entries, wanted), compute)
        replayed = any(facts.is_retrospective for facts in people.table.questions)
        return Found(rows, _computed(judged), replayed)

    async def of_voices(self, wanted: RowsWanted) -> Found[VoiceStanding]:
        """Rank model, crowd, markets, house, opening prior and naive sum by their mean log2 loss.

        Raises:
            StillComputing, JudgingFailed: there is nothing yet.
        """
        of_voices = RowsWanted(None, "model", None, None, None, wanted.period)
        judged = await self.judgements.scores(self.as_of, of_voices)

        def compute() -> tuple[tuple[VoiceStanding, ...], bool]:
            table = wanted.of(judged.table)
            names = [*(name in VOICE_KINDS for name in table.forecasters), False]
            table = table.take(np.array(names, np.bool_)[table.columns["forecaster"]])
            return _voice_standings(voice_board(table)), is_retrospective(table)

        rows, replayed = await self.judgements.result(judged, ("voice board", wanted), compute)
        return Found(rows, _computed(judged), replayed)


def _computed(judged: Judged) -> ComputedFrom:
    """Tell from what the judge computed."""
    computed = from_derived(judged.voices)
    assert isinstance(computed, ComputedFrom)
    return computed


def _credits(judged: Judged, wanted: RowsWanted) -> list[Credit]:
    """Give the credit of the questions that are asked for; open ones only where all are."""
    assert judged.voices is not None
    everything = RowsWanted(None, None, None, None, None, "all")
    asked = None if wanted == everything else wanted.questions_of(judged.table)
    return [
        _credit(body) for body in judged.voices.body if asked is None or body["question"] in asked
    ]


def _credit(body: dict[str, Any]) -> Credit:
    """Give a credit as the domain's value."""
    records = tuple(RecordCredit(**record) for record in body["records"])
    return Credit(**{**body, "records": records})


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
