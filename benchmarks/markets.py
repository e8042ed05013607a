"""The house with markets beside markets alone: does pooling help where there is a price?

The development half of the external data, read in place and cross-fitted: nothing is learned from a
question's own fold of linked groups. Differences are paired; intervals resample whole groups. Takes
a few minutes.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.markets [--folds 5] [--resamples 10000]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.backtests import read_backtest
from forecasts.calibration import compare_to_null, corp, null_miscalibration
from forecasts.crowds import FLOOR, log_odds
from forecasts.outcomes import Floats
from forecasts.panels import Panel
from forecasts.pooling import fixed_house_terms, pooled_log_odds
from forecasts.scoring import brier_score, log2_loss
from models.crowd_backtest import Mask, Split, cross_fit, forecast_all, house_voices
from models.diagnostics import SamplingSettings
from models.pooling import HouseData, learn_house

DATA = Path(__file__).parents[2] / "shared" / "backtest"
SEED = 20_261_128
#: Sources with a price or a platform's own aggregate, which teach the house together.
SOURCES = ("halawi2024", "forecastbench_market", "manifold_mirror", "replication_markets")
#: Of which the house is held to beat, or not to be worse than, the market.
ASKED = ("halawi2024", "forecastbench_market")
#: What is compared with the market, in this order.
METHODS = ("crowd", "recalibrated", "house_fixed", "house")


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--resamples", type=int, default=10_000)
    wanted = parser.parse_args()
    panel = with_markets(read_backtest(str(DATA)).panel)
    splits = cross_fit(panel, np.ones(panel.points, bool), wanted.folds)
    said = all_said(panel, splits)
    print("| source, evaluation | n (groups) | method | Brier | bits | ", end="")
    print("Brier less the market's [95%] | bits less the market's [95%] |")
    print("|---|---|---|---|---|---|---|")
    for name, here in evaluations(panel):
        report(name, panel, here, said, wanted.resamples)
    print("\n| source, evaluation | MCB of the market | null | 95% | most to gain | P(as high) |")
    print("|---|---|---|---|---|---|")
    for name, here in evaluations(panel):
        if not name.endswith(" all"):  # of two points of a question the outcome is one
            ceiling(name, panel, here, said["market"])
    print("\n| platform | questions | a | b | noise |\n|---|---|---|---|---|")
    learned(panel, said["crowd"])


def with_markets(panel: Panel) -> Panel:
    """Give the points of the sources that have prices, where one stands."""
    wanted = np.isin(np.array(panel.sources)[panel.source], SOURCES)
    has_market = np.bincount(panel.point[panel.is_market], minlength=panel.points) > 0
    return panel.at(wanted & has_market)


def all_said(panel: Panel, splits: list[Split]) -> dict[str, Floats]:
    """Give what every method says at each point, in chances of yes."""
    settings = SamplingSettings(seed=SEED)
    said = dict(forecast_all(panel, splits, settings))
    prices = panel.said_by(panel.is_market)  # the same points, without a crowd
    alone = dict(forecast_all(prices, splits, settings))
    voices, terms = (
        house_voices(panel, crowd_log_odds(said["crowd"])),
        fixed_house_terms(panel.strands),
    )
    said["house_fixed"] = 1 / (1 + np.exp(-pooled_log_odds(terms, voices)))
    said["recalibrated"] = alone["house"]
    return said


def evaluations(panel: Panel) -> Iterator[tuple[str, Mask]]:
    """Give each evaluation of each source that is asked for, and all of a source together."""
    for source in ASKED:
        of_source = panel.source == panel.sources.index(source)
        for number in np.unique(panel.evaluation[of_source]):
            yield f"{source} {panel.evaluations[number]}", of_source & (panel.evaluation == number)
        yield f"{source} all", of_source


def report(name: str, panel: Panel, here: Mask, said: dict[str, Floats], resamples: int) -> None:
    """Print a row for the market and each method, on the points that the method forecasts."""
    for method in ("market", *METHODS):
        asked = here & ~np.isnan(said[method])
        if not asked.any():
            continue
        outcome, group = panel.outcome[asked], panel.group[asked]
        rows = [losses(said[which][asked], outcome) for which in (method, "market")]
        differences = [
            paired(mine - theirs, group, resamples) for mine, theirs in zip(*rows, strict=True)
        ]
        told = ["", ""] if method == "market" else differences
        means = f"{rows[0][0].mean():.4f} | {rows[0][1].mean():.4f}"
        size = f"{asked.sum()} ({len(np.unique(group))})"
        print(f"| {name} | {size} | {method} | {means} | {told[0]} | {told[1]} |")


def losses(chance: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Brier score and bits of each forecast."""
    return brier_score(chance, outcome), log2_loss(chance, outcome, floor=FLOOR)


def paired(differences: Floats, group: np.ndarray, resamples: int) -> str:
    """Give the mean difference with its 95% interval, of groups drawn anew."""
    _, block = np.unique(group, return_inverse=True)
    sums, sizes = np.bincount(block, differences), np.bincount(block)
    drawn = np.random.default_rng(SEED).integers(len(sums), size=(resamples, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), (0.025, 0.975))
    return f"{differences.mean():+.4f} [{low:+.4f}, {high:+.4f}]"


def ceiling(name: str, panel: Panel, here: Mask, price: Floats) -> None:
    """Print what the best recalibration of prices could gain: their MCB above its null."""
    chance, outcome = price[here], panel.outcome[here]
    rng = np.random.default_rng(SEED)
    mcb = corp(chance, outcome).miscalibration
    null = compare_to_null(mcb, null_miscalibration(chance, rng, 1_000))
    gain = f"{mcb - null.mean:+.4f} | {null.p_value:.2f}"
    print(f"| {name} | {mcb:.4f} | {null.mean:.4f} | {null.upper:.4f} | {gain} |")


def learned(panel: Panel, crowd: Floats) -> None:
    """Print what is learned of each platform, from all questions, with 90% intervals.

    Args:
        crowd: chances by the cross-fitted crowd.
    """
    _, place, count = np.unique(panel.question, return_inverse=True, return_counts=True)
    weight = 1 / count[place]
    taught = np.bincount(panel.strand, weight, len(panel.strands))
    voices = house_voices(panel, crowd_log_odds(crowd))
    data = HouseData(voices, panel.outcome, weight, taught)
    terms = learn_house(data, SamplingSettings(seed=SEED))
    for number in np.flatnonzero(taught):
        cells = [
            interval(draws[:, number]) for draws in (terms.intercept, terms.slope, terms.noise)
        ]
        name, size = panel.strands[number], f"{taught[number]:.0f}"
        print(f"| {name} | {size} | {' | '.join(cells)} |")
    print(f"\nMarket and crowd overlap by {interval(terms.overlap)}")


def interval(draws: Floats) -> str:
    """Give the median of draws, and between what nine in ten of them lie."""
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def crowd_log_odds(crowd: Floats) -> Floats:
    """Log-odds of a crowd; NaN where there is none."""
    return np.where(np.isnan(crowd), np.nan, log_odds(np.nan_to_num(crowd, nan=0.5)))


if __name__ == "__main__":
    main()
