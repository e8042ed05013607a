"""Voices: who forecasts the bank's questions, each as a time-averaged forecast of the same ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.credit import durations_of
from forecasts.credit_accounts import Moment
from forecasts.games import known_truth
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution
from forecasts.scoring import brier_score, log2_loss

#: The model as served, the prior alone, and the prior times every claimed ratio.
VOICES = ("model", "opening prior", "naive sum")
#: A chance below this counts as this: one certain error must not decide a mean.
FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class VoiceScore:
    """Scores of one voice on one question, averaged over the time that its forecasts stood.

    Attributes:
        voice, question: names.
        log2_loss: bits; lower is better.
        brier: 0 to 1; lower is better. Options: half the sum of squares; dates and numbers: the
            mean squared error of the cumulative chances.
        coverage: share of the scheduled window in which a forecast stood.
    """

    voice: str
    question: str
    log2_loss: float
    brier: float
    coverage: float


@dataclass(frozen=True, slots=True)
class VoiceTotal:
    """Means of a voice over questions, with standard errors; see `VoiceScore`.

    `difference` is its log2 loss less that of the opening prior on the same questions.
    """

    voice: str
    questions: int
    log2_loss: float
    log2_loss_error: float
    brier: float
    brier_error: float
    difference: float
    difference_error: float


def voice_scores(
    question: Question,
    curve: Curve,
    moments: Sequence[Moment],
    until: float,
    resolution: Resolution,
) -> list[VoiceScore]:
    """Score every voice on a resolved question; nothing where no forecast stood.

    Args:
        moments: what stood when, in the order of time.
        until: instant at which the outcome became fixed.

    Raises:
        OutcomeDoesNotFit: the question has no such outcome.
    """
    durations = durations_of(question, moments, until)
    if resolution.status != "resolved" or not durations.any():
        return []
    truth = known_truth(question, curve, resolution).sides[0]
    naive = np.stack([naive_cells(curve, moment) for moment in moments])
    served = np.stack([moment.served for moment in moments])
    prior = np.tile(curve.opening_cells, (len(moments), 1))
    weights = durations / durations.sum()
    return [
        VoiceScore(
            voice,
            question.id,
            float(weights @ log2_loss(np.clip(cells @ truth, 0, 1), 1, floor=FLOOR)),
            float(weights @ brier_of_cells(question, cells, truth)),
            float(durations.sum()),
        )
        for voice, cells in zip(VOICES, (served, prior, naive), strict=True)
    ]


def rank_voices(scores: Iterable[VoiceScore]) -> list[VoiceTotal]:
    """Average voices over questions, each question once; the lowest log2 loss first."""
    by_voice: dict[str, dict[str, VoiceScore]] = {}
    for score in scores:
        by_voice.setdefault(score.voice, {})[score.question] = score
    reference = by_voice.get("opening prior", {})
    found = [_total(voice, mine, reference) for voice, mine in by_voice.items()]
    return sorted(found, key=lambda total: total.log2_loss)


def _total(voice: str, mine: dict[str, VoiceScore], reference: dict[str, VoiceScore]) -> VoiceTotal:
    """Average one voice."""
    losses = np.array([score.log2_loss for score in mine.values()])
    briers = np.array([score.brier for score in mine.values()])
    gaps = np.array([s.log2_loss - reference[s.question].log2_loss for s in mine.values()])
    numbers = [number for values in (losses, briers, gaps) for number in _mean(values)]
    return VoiceTotal(voice, len(mine), *numbers)


def _mean(values: Floats) -> tuple[float, float]:
    """Mean and its standard error; no error for a single value."""
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(error)


def naive_cells(curve: Curve, moment: Moment) -> Floats:
    """Multiply the opening prior by every claimed ratio, as if each record were new and true."""
    return multiplied_prior(curve, moment.claimed)


def multiplied_prior(curve: Curve, claimed: Floats) -> Floats:
    """Multiply the opening prior by what is claimed.

    Args:
        claimed: log-likelihood ratios, nats, shape (..., cells).

    Returns:
        chances of the cells, shape (..., cells).
    """
    cells = curve.opening_cells * np.exp(claimed - claimed.max(axis=-1, keepdims=True))
    return np.asarray(cells / cells.sum(axis=-1, keepdims=True))


def brier_of_cells(question: Question, cells: Floats, truth: Floats) -> Floats:
    """Brier score of each forecast, shape (moments,); see `VoiceScore`.

    Args:
        cells: of the curve, shape (moments, cells).
        truth: share of each cell that makes true what happened, shape (cells,).
    """
    if question.yes is not None:
        return brier_score(np.clip(cells @ truth, 0, 1), np.ones(len(cells)))
    if question.type == "multiple_choice":
        return np.asarray(((cells - truth) ** 2).sum(axis=1) / 2)
    errors = np.cumsum(cells, axis=1) - np.cumsum(truth)
    return np.asarray((errors[:, :-1] ** 2).mean(axis=1))
