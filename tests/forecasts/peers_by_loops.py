"""Peer scores by plain loops over intervals and forecasts, as their definition reads."""

from itertools import pairwise

import numpy as np

from forecasts.metaculus import ScoredForecasts, ScoredQuestions, scored_forecasts, scored_questions


def random_forecasts(rng, epoch):
    """Questions, forecasts that come and go at few instants (so that some tie), and a crowd."""
    questions, rows = 8, 60
    opens = epoch + rng.integers(0, 5, questions)
    scheduled = opens + rng.integers(5, 12, questions)
    actual = np.where(rng.random(questions) < 0.4, opens + 4, scheduled)
    asked = scored_questions(opens, scheduled, actual, actual - 1, rng.random(questions) < 0.3)
    number = np.append(rng.integers(0, questions, rows), questions - 1)
    start = opens[number] + rng.integers(-2, 10, rows + 1)
    end = np.where(rng.random(rows + 1) < 0.4, np.nan, start + rng.integers(0, 6, rows + 1))
    chance, base = rng.uniform(0.001, 0.999, rows + 1), rng.random(rows + 1) < 0.8
    said = scored_forecasts(number, start, chance, end, in_base=base)
    spoken = rng.integers(0, questions, 30)
    when = opens[spoken] + rng.permutation(30) / 2 - 3
    return said, asked, scored_forecasts(spoken, when, rng.uniform(0.01, 0.99, 30))


def peers_by_loops(said: ScoredForecasts, asked: ScoredQuestions):
    """Score, coverage and spot score of each forecast."""
    score, coverage, spot = np.zeros((3, len(said.start)))
    for q in range(len(asked.opens)):
        whole = asked.scheduled_close[q] - asked.opens[q]
        mine = np.flatnonzero(said.question == q)
        half = 0.5 if asked.is_continuous[q] else 1.0
        times = np.concatenate([said.start[mine], said.end[mine], [asked.opens[q]]])
        times = np.unique(np.clip(times, asked.opens[q], asked.actual_close[q]))
        times = np.unique(np.append(times, asked.actual_close[q]))
        for left, right in pairwise(times):
            for j, points in points_at(said, mine, left).items():
                score[j] += half * points * (right - left) / whole
                coverage[j] += (right - left) / whole
        for j, points in points_at(said, mine, asked.spot[q]).items():
            spot[j] = half * points
    return score, coverage, spot


def points_at(said, mine, time):
    """Points of each forecast that stands at a time, if anyone of the base does."""
    standing = [j for j in mine if said.start[j] <= time < said.end[j]]
    base = [np.log(said.probability[j]) for j in standing if said.in_base[j]]
    n = len(base)
    if n == 0:
        return {}
    factor = n / (n - 1) if n > 1 else 0.0
    return {j: 100 * factor * (np.log(said.probability[j]) - np.mean(base)) for j in standing}


def peers_as_upstream(said, asked):
    """Score and coverage where the base is looked at only when it changes and anyone is left."""
    score, coverage = np.zeros((2, len(said.start)))
    for q, opens in enumerate(asked.opens):
        close, whole = asked.actual_close[q], asked.scheduled_close[q] - opens
        mine = np.flatnonzero(said.question == q)
        base = mine[said.in_base[mine]]
        looks = [
            time
            for time in np.unique(np.append(said.start[base], said.end[base]))
            if np.isfinite(time) and points_at(said, base, time)
        ]
        times = [max(time, opens) for time in looks if time < close] + [close]
        for look, (left, right) in zip(looks, pairwise(times), strict=False):
            counted = [j for j in mine if max(said.start[j], opens) <= left < said.end[j]]
            logs = [np.log(said.probability[j]) for j in base if points_at(said, [j], look)]
            factor = len(logs) / (len(logs) - 1) if len(logs) > 1 else 0.0
            half = 0.5 if asked.is_continuous[q] else 1.0
            for j in counted:
                points = 100 * factor * (np.log(said.probability[j]) - np.mean(logs))
                score[j] += half * points * (right - left) / whole
                coverage[j] += (right - left) / whole
    return score, coverage


def legacy_by_loops(said, asked, crowd):
    """Relative legacy score and coverage of each forecast."""
    score, coverage = np.zeros((2, len(said.start)))
    for j, q in enumerate(said.question):
        spoken = sorted(
            (crowd.start[i], crowd.probability[i]) for i in np.flatnonzero(crowd.question == q)
        )
        whole = asked.actual_close[q] - asked.opens[q]
        for (start, chance), (end, _) in pairwise([*spoken, (np.inf, 0.0)]):
            left = max(start, said.start[j], asked.opens[q])
            right = min(end, said.end[j], asked.actual_close[q])
            if right > left:
                score[j] += np.log2(said.probability[j] / chance) * (right - left) / whole
                coverage[j] += (right - left) / whole
    return score, coverage
