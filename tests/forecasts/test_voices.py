"""Tests of voices: who forecasts the bank's questions, on the same questions and times."""

import numpy as np
import pytest

from forecasts.resolutions import Resolution, Status
from forecasts.timeline import Passed
from forecasts.times import day_of
from forecasts.voices import VOICES, VoiceScore, rank_voices, voice_scores
from tests.forecasts import building as b
from tests.forecasts import histories as h
from tests.forecasts.crediting import History, history

UNTIL = b.OPENS + 100


def scored(line: History, status: Status = "resolved") -> dict[str, VoiceScore]:
    day = day_of(UNTIL)
    resolution = Resolution("plain", status, status == "resolved" or None, day, day)
    found = voice_scores(line.question, line.curve, line.moments, UNTIL, resolution)
    return {score.voice: score for score in found}


def told() -> History:
    events = [h.said("a", "plain", "yes", b.OPENS + 1, weight=2.0), (Passed(), UNTIL)]
    return history(h.opened(b.sure()), events, "plain")


def test_the_prior_and_the_naive_sum_as_worked_by_hand():
    # the prior says .3 for 99.5 days; the sum says .3 for half a day, then odds 3/7 x e^2
    voices = scored(told())
    naive = 3 * np.exp(2) / (3 * np.exp(2) + 7)
    losses = -np.log2([0.3, naive])

    assert voices["opening prior"].log2_loss == pytest.approx(-np.log2(0.3))
    assert voices["opening prior"].brier == pytest.approx(0.49)
    assert voices["naive sum"].log2_loss == pytest.approx(losses @ [0.5, 99] / 99.5, rel=1e-6)
    assert voices["model"].coverage == pytest.approx(99.5 / (b.CLOSES - b.OPENS))


def test_the_model_claims_less_than_the_sum_and_more_than_the_prior():
    losses = [scored(told())[voice].log2_loss for voice in ("naive sum", "model", "opening prior")]

    assert losses == sorted(losses)


def test_a_question_that_came_to_nothing_scores_nobody():
    assert scored(told(), "annulled") == {}


def test_the_smallest_loss_comes_first_with_its_error():
    found = [
        VoiceScore(voice, name, loss, 0.1, 1.0)
        for voice, losses in zip(VOICES, ([1.0, 2.0], [2.0, 4.0], [0.0, 1.0]), strict=True)
        for name, loss in zip("ab", losses, strict=True)
    ]

    board = rank_voices(found)
    assert [total.voice for total in board] == ["naive sum", "model", "opening prior"]
    # differences of the model to the prior: -1 and -2, mean -1.5, error .7071 / sqrt 2
    assert (board[1].difference, board[1].difference_error) == pytest.approx((-1.5, 0.5))
