"""Tests of calibration against published numbers, another implementation, and sums by hand."""

import csv
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError, decompose

from forecasts.calibration import (
    compare_to_null,
    consistency_band,
    corp,
    count_in_bins,
    expected_calibration_error,
    null_miscalibration,
    spiegelhalter_z,
)
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"
needs_backtest = pytest.mark.skipif(
    not BACKTEST.exists(), reason="needs the backtest data beside the project"
)
FORECASTS = st.lists(
    st.tuples(st.sampled_from([0.05, 0.2, 0.5, 0.7, 0.99]), st.integers(0, 1)),
    min_size=1,
    max_size=40,
)


def niamey() -> list[dict[str, str]]:
    with (BACKTEST / "reference" / "niamey" / "precip_Niamey_2016.csv").open() as file:
        return list(csv.DictReader(file))


def simulated(size: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    stated = rng.beta(1, 2, size).round(2).clip(0.01, 0.99)
    return stated, (rng.random(size) < stated).astype(float)


@needs_backtest
def test_rain_in_niamey_has_the_published_parts():
    """The README of reliabilitydiag: 0.232, 0.0183, 0.0305, 0.244."""
    rows = niamey()

    parts = corp([float(r["EMOS"]) for r in rows], [float(r["obs"]) for r in rows])

    assert f"{parts.mean_score:.3f}" == "0.232"
    assert f"{parts.miscalibration:.4f}" == "0.0183"
    assert f"{parts.discrimination:.4f}" == "0.0305"
    assert f"{parts.uncertainty:.3f}" == "0.244"


@needs_backtest
@pytest.mark.parametrize("forecast", ["Logistic", "EMOS", "ENS", "EPC"])
@pytest.mark.parametrize("score", ["brier", "log2"])
def test_four_forecasts_of_rain_come_apart_as_in_model_diagnostics(forecast, score):
    rows = [r for r in niamey() if 0 < float(r[forecast]) < 1]

    agrees(
        np.array([float(r[forecast]) for r in rows]),
        np.array([float(r["obs"]) for r in rows]),
        score,
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("score", ["brier", "log2"])
def test_scores_come_apart_as_in_model_diagnostics(seed, score):
    agrees(*simulated(300, seed), score)


def agrees(stated: np.ndarray, happened: np.ndarray, score: str) -> None:
    """Their log loss is in nats; ours is in bits."""
    reference = decompose(
        happened, stated, scoring_function=SquaredError() if score == "brier" else LogLoss()
    )
    theirs = [reference[name][0] for name in ("score", "miscalibration", "discrimination")]
    unit = 1.0 if score == "brier" else math.log(2)
    parts = corp(stated, happened, score)

    ours = [parts.mean_score, parts.miscalibration, parts.discrimination]
    assert np.array(ours) * unit == pytest.approx(theirs, abs=1e-12)
    assert parts.uncertainty * unit == pytest.approx(reference["uncertainty"][0], abs=1e-12)


def test_a_decomposition_in_bits_is_worked_by_hand():
    """Recalibrated to 1/2, 1/2, 1: 2/3 bits; base rate 2/3: .9183 bits."""
    parts = corp([0.25, 0.25, 0.5], [1, 0, 1], "log2")

    assert parts.recalibrated.tolist() == [0.5, 0.5, 1.0]
    stated = (2 + math.log2(4 / 3) + 1) / 3
    assert parts.mean_score == pytest.approx(stated)
    assert parts.miscalibration == pytest.approx(stated - 2 / 3)
    assert parts.uncertainty == pytest.approx(math.log2(3) - 2 / 3)
    assert parts.discrimination == pytest.approx(math.log2(3) - 4 / 3)


def test_a_certain_forecast_that_fails_is_infinitely_miscalibrated_in_bits():
    parts = corp([1.0, 0.5], [0, 1], "log2")

    assert parts.mean_score == parts.miscalibration == math.inf
    assert math.isfinite(parts.discrimination) and math.isfinite(parts.uncertainty)


@given(FORECASTS)
def test_the_parts_add_up_and_are_never_negative(pairs):
    stated, happened = np.array(pairs).T
    for score in ("brier", "log2"):
        parts = corp(stated, happened, score)

        total = parts.miscalibration - parts.discrimination + parts.uncertainty
        assert parts.mean_score == pytest.approx(total, abs=1e-12)
        assert min(parts.miscalibration, parts.discrimination) >= 0
        assert np.all(np.diff(parts.recalibrated[np.argsort(stated)]) >= 0)


@given(FORECASTS, st.randoms())
def test_the_order_of_forecasts_does_not_matter(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)

    one, other = (corp(*np.array(some).T) for some in (pairs, shuffled))
    assert one.miscalibration == pytest.approx(other.miscalibration, abs=1e-12)


def test_recalibrated_forecasts_have_nothing_left_to_gain():
    stated, happened = simulated(500)
    once = corp(stated, happened)

    again = corp(once.recalibrated, happened)
    assert again.miscalibration == pytest.approx(0, abs=1e-12)
    assert again.discrimination == pytest.approx(once.discrimination)


def test_one_forecast_has_no_uncertainty():
    parts = corp([0.7], [1])

    assert (parts.discrimination, parts.uncertainty) == (0, 0)
    assert parts.miscalibration == pytest.approx(0.09)


def test_the_mean_of_null_miscalibration_is_enumerated_for_two_forecasts():
    """Of .25 and .5: (0,0) costs .3125/2, (1,1) .8125/2, (0,1) .3125/2, (1,0) .0625/2.

    (1,0) recalibrates to 1/2 both: score 1/4, where it stated (.5625 + .25)/2 = .40625.
    """
    expected = 0.375 * 0.15625 + 0.125 * 0.40625 + 0.375 * 0.15625 + 0.125 * (0.40625 - 0.25)

    null = null_miscalibration([0.25, 0.5], np.random.default_rng(1), 20_000)
    assert null.mean() == pytest.approx(expected, abs=4 * null.std() / 20_000**0.5)


def test_calibrated_forecasts_look_like_the_null_and_others_do_not():
    stated, happened = simulated(2000)
    null = null_miscalibration(stated, np.random.default_rng(2), 200)

    fair = compare_to_null(corp(stated, happened).miscalibration, null)
    bold = compare_to_null(corp(stated**3, happened).miscalibration, null)
    assert fair.p_value > 0.05
    assert bold.p_value == pytest.approx(1 / 201)
    assert fair.mean < fair.upper == bold.upper


def test_linked_questions_make_the_null_wider():
    stated, _ = simulated(400)
    blocks = np.arange(400) // 20
    alone, linked = (
        null_miscalibration(stated, np.random.default_rng(3), 300, blocks=some)
        for some in (np.arange(400), blocks)
    )

    assert linked.mean() > 1.5 * alone.mean()


def test_blocks_of_one_are_no_blocks():
    stated, _ = simulated(300)
    plain = null_miscalibration(stated, np.random.default_rng(4), 2000)
    alone = null_miscalibration(stated, np.random.default_rng(5), 2000, blocks=np.arange(300))

    assert alone.mean() == pytest.approx(plain.mean(), abs=5 * plain.std() / 2000**0.5)


def test_a_band_of_one_forecast_is_its_binomial():
    """100 forecasts of .3: 5% and 95% of Binomial(100, .3) are 23 and 38."""
    band = consistency_band([0.3] * 100, np.random.default_rng(6), replicates=4000)

    assert band.probability.tolist() == [0.3]
    assert band.lower[0] == pytest.approx(0.23, abs=0.011)
    assert band.upper[0] == pytest.approx(0.38, abs=0.011)


def test_a_band_of_many_forecasts_is_given_at_400_places():
    stated = np.random.default_rng(7).random(5000)

    band = consistency_band(stated, np.random.default_rng(8), replicates=50)
    assert len(band.probability) == 400
    assert (band.probability[0], band.probability[-1]) == (stated.min(), stated.max())
    assert np.all(band.lower <= band.upper)


def test_spiegelhalter_is_worked_by_hand():
    """(0 - .8)(-.6) + (1 - .6)(-.2) = .4; .36 x .16 + .04 x .24 = .0672."""
    z = spiegelhalter_z([0.8, 0.6], [0, 1])

    assert z == pytest.approx(0.4 / math.sqrt(0.0672))


def test_underconfidence_has_a_negative_z():
    assert spiegelhalter_z([0.7] * 10, [1] * 10) < 0


def test_a_test_that_cannot_vary_says_nothing():
    assert math.isnan(spiegelhalter_z([0.5, 1.0], [1, 1]))


def test_bins_hold_their_lower_edge_and_the_last_one_holds_1():
    counted = count_in_bins([0.0, 0.5, 0.99, 1.0], [0, 1, 1, 1], bins=2)

    assert counted.count.tolist() == [1, 3]
    assert counted.yes.tolist() == [0, 3]


def test_expected_calibration_error_is_worked_by_hand():
    """Bins .1 (2, none true) and .65 (2, all true): (2 x .1 + 2 x .35) / 4."""
    assert expected_calibration_error([0.1, 0.1, 0.62, 0.68], [0, 0, 1, 1]) == pytest.approx(0.225)


@needs_backtest
def test_baselines_come_apart_as_recorded():
    """Columns brier, mcb, dsc, unc and ece10 of baselines.csv, six decimals."""
    compared = 0
    outcomes = outcomes_of_baselines()
    with (BACKTEST / "baselines.csv").open() as file:
        recorded = {(r["source"], r["eval"], r["method"]): r for r in csv.DictReader(file)}
    for key, pairs in outcomes.items():
        if key not in recorded:
            continue
        stated, happened = np.array(pairs).T
        parts = corp(stated, happened)
        found = {"mcb": parts.miscalibration, "dsc": parts.discrimination, "unc": parts.uncertainty}
        found |= {"brier": parts.mean_score, "ece10": expected_calibration_error(stated, happened)}
        for column, value in found.items():
            assert value == pytest.approx(float(recorded[key][column]), abs=6e-7), (key, column)
        compared += 1
    assert compared > 200


def outcomes_of_baselines() -> dict[tuple[str, str, str], list[tuple[float, float]]]:
    known: dict[tuple[str, str], float] = {}
    for part in ("open", "restricted"):
        table = pq.read_table(BACKTEST / part / "questions.parquet")
        columns = (table[name].to_pylist() for name in ("source", "question_id", "outcome"))
        known |= {
            (source, question): outcome for source, question, outcome in zip(*columns, strict=True)
        }
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in pq.read_table(BACKTEST / "baseline_predictions.parquet").to_pylist():
        outcome = known.get((row["source"], row["question_id"]))
        if outcome is not None:
            key = (row["source"], row["eval"], row["method"])
            found.setdefault(key, []).append((row["probability"], outcome))
    return found


@pytest.mark.parametrize(
    "stated", [[0.5, math.nan], [0.5, 1.2], [-0.1, 0.5]], ids=["NaN", "above 1", "below 0"]
)
def test_what_is_no_probability_is_refused(stated):
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        corp(stated, [0, 1])
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        null_miscalibration(stated, np.random.default_rng(1), 2)
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        spiegelhalter_z(stated, [0, 1])


@pytest.mark.parametrize(
    ("stated", "happened", "said"),
    [
        ([0.5], [0.5], "1 of 1 outcomes"),
        ([0.5], [math.nan], "1 of 1 outcomes"),
        ([0.5, 0.5], [1], "one outcome for each"),
        ([[0.5]], [[1]], "one list"),
        ([], [], "0 forecasts"),
    ],
)
def test_outcomes_that_do_not_fit_are_refused(stated, happened, said):
    for score in (corp, spiegelhalter_z, expected_calibration_error):
        with pytest.raises(NumbersDoNotFit, match=said):
            score(stated, happened)
