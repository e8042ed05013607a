"""Leaderboards as values: forecasters, credit for evidence, and the voices behind a forecast."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from forecasts.board_entries import (
    TOP,
    BoardEntry,
    BoardFilter,
    CreditEntry,
    ForecasterBoard,
    ForecasterScores,
    VoiceEntry,
)
from forecasts.errors import NumbersDoNotFit
from forecasts.skill import Skill

#: Values that differ by less, as a share, are a tie: 0.1 + 0.2 and 0.3 rank alike.
_TIE = 1e-9


def forecaster_board(
    rows: Iterable[ForecasterScores],
    skill: Skill,
    names: Sequence[str],
    shown: BoardFilter | None = None,
    *,
    top: int = TOP,
) -> ForecasterBoard:
    """Rank forecasters by their skill in bits per question.

    Args:
        rows: one for each forecaster and question.
        skill: joint draws, estimated on the same rows that the filter admits; its forecasters are
            `names`, in this order.
        names: ids of the forecasters of `skill`.
        shown: who and what is shown; all by default.
        top: for how many places the chance is told.

    Raises:
        NumbersDoNotFit: names and draws differ in number, or the period cannot be read.

    >>> row = ForecasterScores("ann", "person", "q", 0., "", 1., 5., 10., .1, .4)
    >>> board = forecaster_board([row], Skill(np.array([[.1], [.3]]), np.array([1])), ["ann"])
    >>> board.entries[0].rank, round(board.entries[0].bits, 2)
    (1, 0.2)
    """
    shown = shown or BoardFilter()
    by_name: dict[str, list[ForecasterScores]] = {}
    for row in rows:
        if shown.admits(row):
            by_name.setdefault(row.forecaster, []).append(row)
    plain = {name: _plain(found) for name, found in by_name.items()}
    return board_of_means(plain, skill, names, shown, top=top)


def board_of_means(
    plain: dict[str, BoardEntry],
    skill: Skill,
    names: Sequence[str],
    shown: BoardFilter,
    *,
    top: int = TOP,
) -> ForecasterBoard:
    """Rank forecasters whose means are known: see `forecaster_board`.

    Args:
        plain: entries by id, not yet ranked, of those that the board shows.

    Raises:
        NumbersDoNotFit: names and draws differ in number.
    """
    if len(names) != skill.draws.shape[1] or len(set(names)) != len(names):
        raise NumbersDoNotFit(
            what=f"{len(set(names))} names, {skill.draws.shape[1]} columns of draws",
            mend="one name for each column",
        )
    places = {name: place for place, name in enumerate(names) if skill.questions[place] > 0}
    ranked = [
        name
        for name, entry in plain.items()
        if name in places and name not in shown.excluded and entry.coverage >= shown.least_coverage
    ]
    found = _with_skill(plain, skill, places)
    best = _with_ranks([found[n] for n in ranked], skill.among([places[n] for n in ranked]), top)
    rest = sorted(set(plain) - set(ranked))
    return ForecasterBoard((*best, *(found[name] for name in rest)), top, shown)


def board_by_bits[Entry: (CreditEntry, VoiceEntry)](entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Rank credit or voices by their bits, best first; ties share the better rank.

    Raises:
        NumbersDoNotFit: bits that are not finite.

    >>> [e.rank for e in board_by_bits([CreditEntry("a", .3, 1, 1), CreditEntry("b", .1 + .2, 2, 1),
    ...                                 CreditEntry("c", .1, 1, 1)])]
    [1, 1, 3]
    """
    best = sorted(entries, key=lambda entry: (-entry.bits, entry.name))
    if not all(math.isfinite(entry.bits) for entry in best):
        raise NumbersDoNotFit(what="bits that are not finite", mend="finite numbers")
    ranks = competition_ranks([entry.bits for entry in best])
    return tuple(replace(entry, rank=rank) for entry, rank in zip(best, ranks, strict=True))


def competition_ranks(values: Sequence[float]) -> list[int]:
    """Ranks of values that fall, 1 first; ties, up to rounding, share the better rank.

    >>> competition_ranks([3.0, 2.0, 2.0, 1.0])
    [1, 2, 2, 4]
    """
    ranks: list[int] = []
    for place, value in enumerate(values):
        tied = place > 0 and math.isclose(value, values[place - 1], rel_tol=_TIE, abs_tol=_TIE)
        ranks.append(ranks[-1] if tied else place + 1)
    return ranks


def _plain(rows: Sequence[ForecasterScores]) -> BoardEntry:
    """A forecaster's means, weighted by coverage; not yet ranked."""
    weights = np.array([row.coverage for row in rows])
    if not np.all(weights >= 0) or not weights.sum() > 0:
        raise NumbersDoNotFit(what=f"a coverage of {weights.sum()}", mend="shares above 0")
    scores = np.array([[row.peer, row.baseline, row.brier, row.log2_loss] for row in rows])
    peer, baseline, brier, loss = map(float, weights @ scores / weights.sum())
    return BoardEntry(
        forecaster=rows[0].forecaster,
        kind=rows[0].kind,
        questions=len({row.question for row in rows}),
        coverage=float(weights.sum()),
        bits=None,
        interval=None,
        rank=None,
        rank_interval=None,
        chance_of_top=None,
        tier=None,
        peer=peer,
        baseline=baseline,
        brier=brier,
        log2_loss=loss,
    )


def _with_skill(
    plain: dict[str, BoardEntry], skill: Skill, places: dict[str, int]
) -> dict[str, BoardEntry]:
    """Entries with their skill, where it is known."""
    mean, (low, high) = skill.mean, skill.interval()
    return {
        name: replace(
            entry,
            bits=float(mean[places[name]]),
            interval=(float(low[places[name]]), float(high[places[name]])),
        )
        if name in places
        else entry
        for name, entry in plain.items()
    }


def _with_ranks(entries: Sequence[BoardEntry], skill: Skill, top: int) -> list[BoardEntry]:
    """Entries best first, with ranks, their intervals, tiers, and the chance of the top."""
    if not entries:
        return []
    low, high = skill.rank_interval().astype(int)
    chance, sure = skill.chance_of_top(top), skill.sure_rank()
    order = sorted(
        range(len(entries)), key=lambda i: (-(entries[i].bits or 0), entries[i].forecaster)
    )
    ranks = competition_ranks([entries[i].bits or 0.0 for i in order])
    tiers = _tiers([entries[i].interval or (0.0, 0.0) for i in order])
    return [
        replace(
            entries[i],
            rank=rank,
            rank_interval=(int(low[i]), int(high[i])),
            chance_of_top=float(chance[i]),
            tier=tier,
            sure_rank=int(sure[i]),
        )
        for i, rank, tier in zip(order, ranks, tiers, strict=True)
    ]


def _tiers(intervals: Sequence[tuple[float, float]]) -> list[int]:
    """A tier ends where an interval no longer meets that of the tier's first."""
    tiers: list[int] = []
    first = intervals[0]
    for low, high in intervals:
        if tiers and high < first[0]:
            tiers.append(tiers[-1] + 1)
            first = (low, high)
        else:
            tiers.append(tiers[-1] if tiers else 1)
    return tiers
