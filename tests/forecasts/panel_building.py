"""Panels for tests: rows of (point, forecaster, probability, time, is it a market)."""

import numpy as np

from forecasts.panels import Panel


def a_panel(rows, outcomes, *, questions=None, sources=None, made=None, known=None, groups=None):
    """Build a panel; each point is a question of its own, of source 0, unless told."""
    points = len(outcomes)
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    point, forecaster, probability, time, is_market = columns
    source = np.zeros(points, int) if sources is None else np.array(sources)
    question = np.arange(points) if questions is None else np.array(questions)
    return Panel(
        sources=tuple(f"source {k}" for k in range(source.max() + 1)),
        strands=tuple(f"strand {k}" for k in range(source.max() + 1)),
        evaluations=("final",),
        source=source,
        strand=source,
        evaluation=np.zeros(points, int),
        question=question,
        group=question if groups is None else np.array(groups),
        outcome=np.array(outcomes, float),
        made=np.arange(points) * 1.0 if made is None else np.array(made, float),
        known=np.arange(points) + 0.5 if known is None else np.array(known, float),
        point=point.astype(int),
        forecaster=forecaster.astype(int),
        probability=probability.astype(float),
        time=time.astype(float),
        is_market=is_market.astype(bool),
    )
