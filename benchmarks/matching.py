"""Matching of questions with markets: how many proposals are right where 95% of matches are found.

    uv run python -m benchmarks.matching            # the held-out topics, and the development ones
    uv run python -m benchmarks.matching --learn    # weights from the development topics

`matching_pairs.csv` has 255 pairs of 16 topics, written for this in the wording of public questions
(Manifold, Polymarket, Kalshi, Metaculus, ForecastBench, and our own bank), their relation by hand,
and divided by topic into development and held-out ones before the matcher was written. Rules, words
and weights were made on the development topics. A pair matches if it is the same contract or its
complement. Intervals are 95%, from 2,000 resamples of pairs.
"""

import argparse
import csv
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from forecasts.matching import (
    Comparison,
    Facts,
    Wording,
    compare,
    plain_similarity,
    read_wording,
    relation_of,
)
from forecasts.matching_scores import FEATURES, bounds, features, is_match, match_score
from models.meanings import Encoder, load_encoder

PAIRS = Path(__file__).parent / "matching_pairs.csv"
RECALL, RESAMPLES, SEED = 0.95, 2_000, 7
#: Strength of the ridge, of its own choice: one unit of penalty per squared weight.
RIDGE = 1.0
#: Pairs across topics to learn from; together they weigh as much as the labelled ones.
STRANGERS = 2_000
LIKENESS = ("similarity", "meaning", "crossing meaning", "name share")
MATCHES = ("same", "complement")


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair, and what was found when it was compared."""

    split: str
    topic: str
    kind: str
    languages: str
    relation: str
    titles: tuple[str, str]
    facts: tuple[Facts, Facts]
    found: Comparison

    @property
    def matches(self) -> bool:
        """Whether it is one contract, or one and its complement."""
        return self.relation in MATCHES


def main() -> None:
    """Print all, or learn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--learn", action="store_true")
    encoder = load_encoder()
    assert encoder is not None, "install the extra nlp"
    pairs = read_pairs(encoder)
    if parser.parse_args().learn:
        learn(pairs, encoder)
        return
    for split in ("held_out", "dev"):
        chosen = [pair for pair in pairs if pair.split == split]
        print(f"\n## {split}: {len(chosen)} pairs, {sum(p.matches for p in chosen)} match")
        print_ranking(chosen, encoder)
        print_proposals(chosen)
        print_bounds(chosen)
        print_relations(chosen)
        print_crowd(chosen, encoder)


def read_pairs(encoder: Encoder) -> list[Pair]:
    """Read the labelled pairs, and compare each."""
    with PAIRS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    facts = [_facts(row, side) for row in rows for side in ("left", "right")]
    encoder.encode([one.plain for one in facts])  # all at once, which is faster
    return [read_pair(row, encoder) for row in rows]


def read_pair(row: dict[str, str], encoder: Encoder) -> Pair:
    """Read one labelled pair."""
    facts = (_facts(row, "left"), _facts(row, "right"))
    titles = (row["left"], row["right"])
    said = (row["split"], row["topic"], row["kind"], row["languages"], row["relation"])
    return Pair(*said, titles, facts, compared(*facts, encoder))


def compared(left: Facts, right: Facts, encoder: Encoder) -> Comparison:
    """Compare two wordings, their meaning too."""
    vectors = encoder.encode([left.plain, right.plain])
    return compare(left, right, float(vectors[0] @ vectors[1]))


def _facts(row: dict[str, str], side: str) -> Facts:
    """Take one side of a pair apart."""
    return read_wording(Wording(row[side], date.fromisoformat(row[f"{side}_closes"])))


def print_ranking(pairs: list[Pair], encoder: Encoder) -> None:
    """Print precision at 95% recall of each way to rank, with its interval."""
    raw = encoder.encode([title for pair in pairs for title in pair.titles])
    ways: dict[str, list[float]] = {
        "letters alone (baseline)": [plain_similarity(*pair.titles) for pair in pairs],
        "embedding alone": list(np.sum(raw[::2] * raw[1::2], axis=1)),
        "parts and letters": [match_score(replace(p.found, meaning=None)) for p in pairs],
        "parts, letters, embedding": [match_score(pair.found) for pair in pairs],
    }
    truth = np.array([pair.matches for pair in pairs])
    print("| ranked by | precision at 95% recall | 95% interval | better than letters by |")
    print("|---|---|---|---|")
    baseline = resampled(np.array(ways["letters alone (baseline)"]), truth)
    for name, scores in ways.items():
        values = resampled(np.array(scores), truth)
        point = precision_at_recall(np.array(scores), truth)
        low, high = np.quantile(values, [0.025, 0.975])
        gain_low, gain_high = np.quantile(values - baseline, [0.025, 0.975])
        gain = f"{gain_low:+.3f} to {gain_high:+.3f}"
        print(f"| {name} | {point:.3f} | {low:.3f} to {high:.3f} | {gain} |")


def precision_at_recall(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Give the precision at the highest threshold that finds 95% of the matches."""
    wanted = int(np.ceil(RECALL * truth.sum()))
    threshold = np.sort(scores[truth])[::-1][wanted - 1]
    return float(truth[scores >= threshold].mean())


def resampled(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the precision on resamples of the pairs: the same for every way to rank."""
    rng = np.random.default_rng(SEED)
    draws = (rng.integers(len(truth), size=len(truth)) for _ in range(RESAMPLES))
    return np.array([precision_at_recall(scores[draw], truth[draw]) for draw in draws])


def print_proposals(pairs: list[Pair]) -> None:
    """Print what is proposed at the thresholds that were fixed on the development topics."""
    for name, strip in (("with", False), ("without", True)):
        found = [replace(p.found, meaning=None) if strip else p.found for p in pairs]
        proposed = [is_match(one) for one in found]
        hits = [p for p, is_in in zip(pairs, proposed, strict=True) if is_in and p.matches]
        signs = sum(relation_of(p.found) == p.relation for p in hits)
        total = sum(p.matches for p in pairs)
        print(
            f"at the fixed threshold, {name} embedding: {sum(proposed)} proposed, "
            f"precision {len(hits) / sum(proposed):.3f}, recall {len(hits) / total:.3f}; "
            f"same or complement told right in {signs} of {len(hits)}"
        )
    for language in ("en", "ja", "cross"):
        of = [p for p in pairs if p.languages == language]
        proposed_of = [p for p in of if is_match(p.found)]
        right = sum(p.matches for p in proposed_of)
        print(
            f"  {language}: {len(of)} pairs, {sum(p.matches for p in of)} match; "
            f"{len(proposed_of)} proposed, {right} right"
        )


def print_bounds(pairs: list[Pair]) -> None:
    """Print how many of the pairs that are shown as bounds are bounds, and how many are shown."""
    shown = [pair for pair in pairs if bounds(pair.found)]
    right = sum(pair.relation == relation_of(pair.found) for pair in shown)
    total = sum(pair.relation in ("implies", "implied_by", "excludes") for pair in pairs)
    print(f"shown as bounds: {len(shown)}, {right} with the right relation, of {total} there are")


def print_relations(pairs: list[Pair]) -> None:
    """Print how often each relation is told as it is; "none" counts as overlaps: no bound."""
    table = Counter((p.relation.replace("none", "overlaps"), relation_of(p.found)) for p in pairs)
    truths = sorted({truth for truth, _ in table})
    print("| relation | pairs | told right | told as |")
    print("|---|---|---|---|")
    for truth in truths:
        told = {said: n for (true, said), n in table.items() if true == truth}
        wrong = ", ".join(f"{said} {n}" for said, n in sorted(told.items()) if said != truth)
        print(f"| {truth} | {sum(told.values())} | {told.get(truth, 0)} | {wrong} |")


def print_crowd(pairs: list[Pair], encoder: Encoder) -> None:
    """Print how high the true partner stands among all questions of the other topics."""
    print("| ranked by | partner first | among the first 5 | pairs that match |")
    print("|---|---|---|---|")
    matches = [pair for pair in pairs if pair.matches]
    for name in ("letters alone", "parts and letters", "parts, letters, embedding"):
        ranks = [partner_rank(pair, pairs, name, encoder) for pair in matches]
        first, five = np.mean(np.array(ranks) == 1), np.mean(np.array(ranks) <= 5)
        print(f"| {name} | {first:.3f} | {five:.3f} | {len(ranks)} |")


def partner_rank(pair: Pair, pairs: list[Pair], way: str, encoder: Encoder) -> int:
    """Give the rank of a question's partner among those of other topics; ties count against it."""
    others = [other for other in pairs if other.topic != pair.topic]
    if way == "letters alone":
        own = plain_similarity(*pair.titles)
        rest = [plain_similarity(pair.titles[0], other.titles[1]) for other in others]
    else:
        own = _score(pair.found, way)
        found = (compared(pair.facts[0], other.facts[1], encoder) for other in others)
        rest = [_score(one, way) for one in found]
    return 1 + sum(score >= own for score in rest)


def _score(found: Comparison, way: str) -> float:
    """Score a comparison, with its meaning or without."""
    return match_score(found if "embedding" in way else replace(found, meaning=None))


def strangers(pairs: list[Pair], encoder: Encoder) -> list[Comparison]:
    """Compare questions of different topics: pairs that cannot match, as most in a crowd."""
    rng = np.random.default_rng(SEED)
    found = []
    while len(found) < STRANGERS:
        left, right = (pairs[n] for n in rng.integers(len(pairs), size=2))
        if left.topic != right.topic:
            found.append(compared(left.facts[0], right.facts[1], encoder))
    return found


def learn(pairs: list[Pair], encoder: Encoder) -> None:
    """Print weights and thresholds from the development topics, and strangers among them."""
    dev = [pair for pair in pairs if pair.split == "dev"]
    found = [pair.found for pair in dev] + strangers(dev, encoder)
    truth = np.array([pair.matches for pair in dev] + [False] * STRANGERS)
    shares = np.where(np.arange(len(found)) < len(dev), 1.0, len(dev) / STRANGERS)
    for name, keep in (("WITH_MEANING", lambda _: True), ("WITHOUT_MEANING", _no_meaning)):
        rows = [features(one) for one in found]
        names = [one for one in FEATURES if keep(one)]
        matrix = np.array([[1.0, *(row[one] for one in names)] for row in rows])
        weights = ridge(matrix, truth, shares, names)
        scores = 1 / (1 + np.exp(-matrix @ weights))
        wanted = int(np.ceil(RECALL * truth.sum()))
        threshold = np.sort(scores[truth])[::-1][wanted - 1]
        print(
            name,
            {k: round(float(w), 2) for k, w in zip(["intercept", *names], weights, strict=True)},
        )
        print("threshold", round(float(threshold), 3))


def _no_meaning(name: str) -> bool:
    """Tell whether a feature needs no embedding."""
    return "meaning" not in name


def ridge(
    matrix: NDArray[np.float64],
    truth: NDArray[np.bool_],
    shares: NDArray[np.float64],
    names: list[str],
) -> NDArray[np.float64]:
    """Fit a logistic regression with a ridge on all but the intercept.

    Likeness never counts down, and without data counts for 1: the development topics, whose names
    the matcher knows, could do without it; others cannot.
    """
    expected = np.array([float(one in LIKENESS) for one in names])
    signs = np.where(truth, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        misses = (shares * np.logaddexp(0, -signs * (matrix @ weights))).sum()
        return float(misses + 0.5 * RIDGE * ((weights[1:] - expected) ** 2).sum())

    bounds = [(None, None), *((0.0, None) if one in LIKENESS else (None, None) for one in names)]
    fit: NDArray[np.float64] = minimize(loss, np.zeros(matrix.shape[1]), bounds=bounds).x
    return fit


if __name__ == "__main__":
    main()
