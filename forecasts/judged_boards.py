"""Boards of forecasters, of credit and of voices, from tables of scores and from credit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from forecasts.board_entries import (
    TOP,
    BoardEntry,
    BoardFilter,
    CreditEntry,
    ForecasterBoard,
    Kind,
)
from forecasts.credit import Credit, Total, totals
from forecasts.differences import Differences
from forecasts.judged_tables import JudgedTable
from forecasts.leaderboards import board_by_bits, board_of_means
from forecasts.outcomes import Floats
from forecasts.skill import Skill, estimate_skill
from forecasts.voices import VoiceScore, VoiceTotal, rank_voices

#: Settles the draws: a board that is asked for twice is the same.
_SEED = 20_260
#: Draws behind the rank intervals of credit.
_DRAWS = 1_000
#: Half width of a 90% interval, in standard errors.
_NINETY = 1.6449


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """One submitter or source on a board of credit.

    Attributes:
        entry: name, bits that count (final and provisional), how many records, and the rank.
        total: the same, parted.
        interval: 90%, of the sum, by how the bits differ between questions; None for one question.
        rank_interval: 90%, of the rank.
    """

    entry: CreditEntry
    total: Total
    interval: tuple[float, float] | None
    rank_interval: tuple[int, int]


def skill_of(table: JudgedTable) -> Skill:
    """Estimate the skill of all forecasters of a table, by number."""
    columns = table.columns
    met = np.flatnonzero(~np.isnan(columns["lead"]))
    count = len(table.forecasters)
    if not len(met):
        return Skill(np.zeros((1, count)), np.zeros(count, np.int64))
    rows = Differences(
        columns["question"][met],
        columns["forecaster"][met],
        columns["lead"][met],
        np.clip(columns["lead_coverage"][met], np.finfo(float).tiny, 1.0),
        np.ones(len(met)),
    )
    return estimate_skill(rows, count, np.random.default_rng(_SEED))


def board_of_table(
    table: JudgedTable,
    kinds: Sequence[str] = (),
    *,
    least_coverage: float = 0.0,
    top: int = TOP,
    skill: Skill | None = None,
) -> ForecasterBoard:
    """Rank the forecasters of a table, whose rows are those of a period or a topic already.

    Args:
        kinds: those shown; all are compared with all.
        least_coverage: summed over questions; who has less is shown without a rank.
        skill: of all forecasters of the table, if it is known.

    Raises:
        NumbersDoNotFit: see `board_of_means`.
    """
    shown = BoardFilter(least_coverage=least_coverage)
    found = {
        name: entry
        for name, entry in _means(table).items()
        if not kinds or str(entry.kind) in kinds
    }
    return board_of_means(found, skill or skill_of(table), table.forecasters, shown, top=top)


def credit_board(
    credits_found: Sequence[Credit], by: Literal["submitter", "source"]
) -> list[CreditStanding]:
    """Rank submitters or sources by the bits that they are paid."""
    parted = totals(credits_found, by)
    if not parted:
        return []
    found = {total.name: total for total in parted}
    sums = _bits_by_question(credits_found, by)
    names = list(found)
    bits = np.array([found[name].final + found[name].provisional for name in names])
    errors = np.array([_error(sums[name]) for name in names])
    spread = np.where(np.isnan(errors), np.abs(bits), errors)
    drawn = np.random.default_rng(_SEED).normal(bits, spread, (_DRAWS, len(names)))
    low, high = Skill(drawn, np.ones(len(names), np.int64)).rank_interval()
    place = {name: number for number, name in enumerate(names)}
    entries = [
        CreditEntry(name, float(bits[place[name]]), found[name].records, found[name].questions)
        for name in names
    ]
    return [
        CreditStanding(
            entry,
            found[entry.name],
            _interval(entry.bits, float(errors[place[entry.name]])),
            (int(low[place[entry.name]]), int(high[place[entry.name]])),
        )
        for entry in board_by_bits(entries)
    ]


def voice_board(table: JudgedTable) -> list[VoiceTotal]:
    """Rank voices by their mean log2 loss, each question once."""
    columns = table.columns
    scores = [
        VoiceScore(
            table.forecasters[who].replace("-", " "),
            table.questions[asked].id,
            float(columns["log2_loss"][row]),
            float(columns["brier"][row]),
            float(columns["coverage"][row]),
        )
        for row, (who, asked) in enumerate(
            zip(columns["forecaster"], columns["question"], strict=True)
        )
    ]
    return rank_voices(scores)


def _means(table: JudgedTable) -> dict[str, BoardEntry]:
    """Means of each forecaster with a row: losses by coverage; points for full coverage."""
    columns, who = table.columns, table.columns["forecaster"]
    count = np.bincount(who, minlength=len(table.forecasters))
    coverage = np.bincount(who, columns["coverage"], len(table.forecasters))
    sums = {
        name: np.bincount(who, columns[name] * weight, len(table.forecasters))
        for name, weight in (
            ("peer", 1.0),
            ("baseline", 1.0),
            ("brier", columns["coverage"]),
            ("log2_loss", columns["coverage"]),
        )
    }
    return {
        table.forecasters[place]: BoardEntry(
            forecaster=table.forecasters[place],
            kind=cast(Kind, table.kinds[place]),
            questions=int(count[place]),
            coverage=float(coverage[place]),
            bits=None,
            interval=None,
            rank=None,
            rank_interval=None,
            chance_of_top=None,
            tier=None,
            peer=mean["peer"],
            baseline=mean["baseline"],
            brier=mean["brier"],
            log2_loss=mean["log2_loss"],
        )
        for place in np.flatnonzero(count).tolist()
        for mean in [{name: float(total[place] / coverage[place]) for name, total in sums.items()}]
    }


def _bits_by_question(
    credits_found: Sequence[Credit], by: Literal["submitter", "source"]
) -> dict[str, Floats]:
    """Paid bits of each name, question by question."""
    rows: dict[str, dict[str, float]] = defaultdict(dict)
    for credit in credits_found:
        for record in credit.records:
            paid = record.bits * (by == "source" or not record.withheld) * (credit.status != "void")
            mine = rows[getattr(record, by)]
            mine[credit.question] = mine.get(credit.question, 0.0) + paid
    return {name: np.array(list(bits.values())) for name, bits in rows.items()}


def _error(bits: Any) -> float:
    """Standard error of a sum over questions; NaN for one question."""
    return float(np.sqrt(len(bits)) * bits.std(ddof=1)) if len(bits) > 1 else float("nan")


def _interval(bits: float, error: float) -> tuple[float, float] | None:
    """Interval of a sum, where its error is known."""
    return None if np.isnan(error) else (bits - _NINETY * error, bits + _NINETY * error)
