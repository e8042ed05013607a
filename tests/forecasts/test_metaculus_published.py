"""The scores that Metaculus published for its professional forecasters, from their forecasts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts.metaculus import (
    baseline_scores,
    scored_forecasts,
    scored_questions,
    spot_baseline_scores,
)
from forecasts.metaculus_boards import sum_by_forecaster
from forecasts.metaculus_peers import peer_scores, spot_peer_scores

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"
pytestmark = pytest.mark.skipif(
    not BACKTEST.exists(), reason="needs the backtest data beside the project"
)
#: Only of these the whole histories are there; of the others the last forecasts.
WHOLE = "mcpro25q1"
SCORES = {
    "baseline": baseline_scores,
    "spot_baseline": spot_baseline_scores,
    "peer": peer_scores,
    "spot_peer": spot_peer_scores,
}


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    """All scores in one go, beside those published."""
    questions, forecasts = (
        pd.read_parquet(BACKTEST / "restricted" / f"{name}.parquet")
        for name in ("questions", "forecasts")
    )
    questions = questions[questions.source.str.startswith("metaculus_pro")].reset_index(drop=True)
    forecasts = forecasts[forecasts.source.str.startswith("metaculus_pro")]
    forecasts = forecasts.sort_values(["question_id", "forecaster_id", "timestamp"])
    seconds = questions[["open_time", "end_time"]].apply(lambda c: c.astype("int64") / 1e9)
    asked = scored_questions(seconds.open_time, seconds.end_time)
    number = pd.Index(questions.question_id).get_indexer(forecasts.question_id)
    people, names = pd.factorize(forecasts.forecaster_id)
    start = forecasts.timestamp.astype("int64") / 1e9
    end = start.groupby([number, people]).shift(-1)
    happened = questions.outcome.to_numpy()[number]
    chance = np.where(happened == 1, forecasts.probability, 1 - forecasts.probability)
    said = scored_forecasts(number, start, chance, end, people)
    found = pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []]))
    for name, score in SCORES.items():
        sums = sum_by_forecaster(score(said, asked), said)
        index = [questions.question_id.to_numpy()[sums.question], names[sums.forecaster]]
        found = found.join(pd.Series(sums.score, index, name=name), how="outer")
    found.index.names = ["question_id", "forecaster_id"]
    published = pd.read_parquet(BACKTEST / "reference" / "metaculus_pro_published_scores.parquet")
    return published.merge(found.reset_index(), on=found.index.names, suffixes=("", "_ours"))


@pytest.mark.parametrize("name", SCORES)
def test_published_scores_are_reproduced(scored, name) -> None:
    """To 1e-9 points: 950 spot scores, and the averages of the questions with whole histories."""
    rows = scored if name.startswith("spot") else scored[scored.question_id.str.startswith(WHOLE)]

    assert len(rows) == (950 if name.startswith("spot") else 248)
    np.testing.assert_allclose(rows[f"{name}_ours"], rows[name], atol=1e-9, rtol=0)
