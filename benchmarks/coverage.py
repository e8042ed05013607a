"""Do 90% intervals cover nine truths in ten, with gross errors among the evidence? And CRPS.

Simulates numeric and date questions: a truth from the opening prior, theta from its priors, records
from the truth as the model reads them, one in twenty a gross error. Forecasts them as the server
does, which knows neither. Prints a table in Markdown. Takes about six minutes.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.coverage [--questions 1000] [--gross .05]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from forecasts.distributions import forecast_all, outer_edges
from forecasts.elicitation import solve_weibull
from forecasts.evidence import Record, Stance, signal_on
from forecasts.origins import ranked
from forecasts.outcomes import Floats, midpoints
from forecasts.priors import HazardPrior
from forecasts.questions import Curve, Question
from forecasts.reading import read_origin
from forecasts.reliability import Reliability, draw_from_priors
from forecasts.worlds import World, add_question, new_world, observe
from models.simulation import COMMON, DRIVERS, ESTABLISHED, OPENS, simulated_question
from models.simulation_evidence import WEIGHTS, Rng
from models.simulation_ranks import rank_in_cells

SEED = 20_261_123
#: Dates of which the whole 90% interval lies before the close.
SOON = "date, soon"
GRADES = ("A", "B", "C")
SOURCES = ("agency", "court", "paper")
#: Records on a question: values (or windows), and graded stances.
LARGEST_COUNT = 6
GRADED_COUNT = 3
#: Degrees of freedom of the error of measured values.
DEGREES = 4
HEAD = (
    "| type | gross errors | questions | records | covered | stated | covered, within cells "
    "| with two ends | covered | width, of the prior's | CRPS | the prior's | difference |"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One question.

    Attributes:
        covered: whether the truth lies in the 90% interval.
        stated: chance that the forecast itself gives the interval: more than 90% where its upper
            end is infinite, as "later or never" is one piece.
        inside: whether the truth's rank, drawn evenly within its cell, lies from 5% to 95%.
        two_ended: whether both ends are finite.
        width: of the interval, as a multiple of the prior's.
        records: how many there were.
        score, before: CRPS of the forecast and of the opening prior, in units of the axis.
    """

    covered: bool
    stated: float
    inside: bool
    two_ended: bool
    width: float
    records: int
    score: float
    before: float


def main() -> None:
    """Print a row for each type of question, with gross errors and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--gross", type=float, default=0.05)
    wanted = parser.parse_args()
    print(HEAD)
    print("|---" * (HEAD.count("|") - 1) + "|")
    for kind in ("numeric", "date", SOON):
        for gross in (0.0, wanted.gross):
            results = simulate(kind, wanted.questions, gross)
            print(row(kind, gross, results), flush=True)


def simulate(kind: str, count: int, gross: float) -> list[Result]:
    """Simulate questions of one type."""
    rng = np.random.default_rng(SEED)
    theta = draw_from_priors(SEED)
    question, curve = simulated_question("date" if kind == SOON else kind, kind, COMMON)
    curve = sooner(curve) if kind == SOON else curve
    world = new_world("coverage", DRIVERS, theta, OPENS)
    world = add_question(replace(world, established=ESTABLISHED), question, curve)
    prior = forecast_all(world)[question.id]
    results = []
    for place in range(count):
        true_theta = draw_from_priors(SEED + 1 + place, draws=1)
        cell = int(rng.choice(curve.space.size, p=curve.opening_cells / curve.opening_cells.sum()))
        truth = place_in(curve, cell, rng)
        known, records = world, list(drawn(world, question, cell, truth, true_theta, gross, rng))
        for record in records:
            known = observe(known, record)
        found = forecast_all(known)[question.id]
        results.append(
            Result(
                covered=bool(found.low <= truth <= found.high),
                stated=stated(curve, found.cells, found.low, found.high),
                inside=bool(0.05 <= rank_in_cells(cell, found.cells, rng) <= 0.95),
                two_ended=bool(np.isfinite([found.low, found.high]).all()),
                width=width(curve, found.low, found.high) / width(curve, prior.low, prior.high),
                records=len(records),
                score=crps(curve, found.cells, truth),
                before=crps(curve, curve.opening_cells, truth),
            )
        )
    return results


def sooner(curve: Curve) -> Curve:
    """Give a date that surely comes, so that "later or never" has a chance of some 2%."""
    days, chances = np.array([90.0, 200.0]), np.array([0.6, 0.9])
    scale, shape = solve_weibull(days, chances, 0.0, curve.pull_spread, curve.id)
    hazard = ((curve.space.edges - curve.opens) / scale) ** shape
    return replace(curve, prior=HazardPrior(hazard, 0.0))


def drawn(
    world: World,
    question: Question,
    cell: int,
    truth: float,
    theta: Reliability,
    gross: float,
    rng: Rng,
) -> Iterator[Record]:
    """Records on a question, each of an origin of its own; `gross` of them are far off."""
    curve = world.curves[question.curve].curve
    plan = ["firm"] * int(rng.integers(1, LARGEST_COUNT + 1))
    plan += ["graded"] * int(rng.integers(0, GRADED_COUNT + 1))
    for number, stance in enumerate(plan):
        wrong = bool(rng.random() < gross)
        if stance == "firm" and question.type == "numeric":
            said = measured(curve, question, truth, theta, rng, wrong=wrong)
            yield record(f"r{number}", said, rng)
        else:
            pair = directions(curve, question, stance, rng)
            yield toward_truth(curve, question, cell, theta, pair, f"r{number}", rng, wrong=wrong)


def measured(
    curve: Curve, question: Question, truth: float, theta: Reliability, rng: Rng, *, wrong: bool
) -> Stance:
    """A value around the truth; without trust around another draw; a gross error is anywhere."""
    values, chances = midpoints(curve.space), curve.opening_cells
    usual = float(np.sqrt((values - values @ chances) ** 2 @ chances))
    spread, centre = usual * float(rng.uniform(0.3, 1.5)), truth
    if wrong:
        centre = truth + usual * float(rng.uniform(5, 10)) * float(rng.choice([-1, 1]))
    elif rng.random() >= theta.trust[0]:
        centre = float(rng.choice(values, p=chances / chances.sum()))
    return Stance(question.id, measured=(centre + spread * rng.standard_t(DEGREES), spread))


def directions(curve: Curve, question: Question, stance: str, rng: Rng) -> tuple[Stance, Stance]:
    """A stance and its opposite: graded, a window, or a deadline."""
    weight = float(rng.choice(WEIGHTS))
    if stance == "graded":
        up, down = ("higher", "lower") if question.type == "numeric" else ("sooner", "later")
        return Stance(question.id, up, weight), Stance(question.id, down, weight)
    edges = curve.space.edges
    start, end = np.sort(rng.choice(len(edges), size=2, replace=False))
    start = 0 if rng.random() < 1 / 2 else start
    window = (float(edges[start]), float(edges[end]))
    return (
        Stance(question.id, "yes", weight, window=window),
        Stance(question.id, "no", weight, window=window),
    )


def toward_truth(
    curve: Curve,
    question: Question,
    cell: int,
    theta: Reliability,
    pair: tuple[Stance, Stance],
    name: str,
    rng: Rng,
    *,
    wrong: bool,
) -> Record:
    """One of two opposites, by how likely theta makes each where the truth is; or the other."""
    about = record(name, pair[0], rng)
    lifts = []
    for stance in pair:
        signal = signal_on(curve, question, replace(about, stances=(stance,)), stance)
        group = ranked((name, signal.subject), [signal])
        assert group is not None
        lifts.append(float(np.exp(read_origin(group, theta)[0, cell])))
    first = bool(rng.random() < lifts[0] / sum(lifts))
    return replace(about, stances=(pair[int(first == wrong)],))


def record(name: str, stance: Stance, rng: Rng) -> Record:
    """A fact of a good source that was published at the opening."""
    return Record(
        id=name,
        published=OPENS,
        source=str(rng.choice(SOURCES)),
        submitter="curator",
        grade=str(rng.choice(GRADES)),
        kind="fact",
        origin=name,
        fingerprint=name,
        stances=(stance,),
    )


def place_in(curve: Curve, cell: int, rng: Rng) -> float:
    """A point in a cell, even inside; the tails are at their edges, "never" is infinite."""
    edges = outer_edges(curve.space)
    low, high = edges[cell], edges[cell + 1]
    if np.isinf(high):
        return float("inf") if curve.space.kind == "date" else float(low)
    return float(high if np.isinf(low) else rng.uniform(low, high))


def stated(curve: Curve, cells: Floats, low: object, high: object) -> float:
    """Chance that a forecast itself gives to its interval."""
    edges = outer_edges(curve.space)
    inner = np.isfinite(edges)
    reached = np.concatenate([[0.0], np.cumsum(cells)])
    below, above = np.interp(np.array([low, high], float), edges[inner], reached[inner])
    return float((1.0 if high == np.inf else above) - (0.0 if low == -np.inf else below))


def width(curve: Curve, low: object, high: object) -> float:
    """Length of an interval on the axis, which ends where the inner cells end."""
    first, last = curve.space.edges[0], curve.space.edges[-1]
    ends = np.clip(np.array([low, high], float), first, last)
    return float(ends[1] - ends[0])


def crps(curve: Curve, cells: Floats, truth: float) -> float:
    """Integral of (CDF - step at the truth)^2 over the axis; the CDF is straight in each cell.

    Tails and "never" lie at the ends. Exact: on a piece of length h on which the difference goes
    from a to b in a straight line the integral is h (a^2 + a b + b^2) / 3.

    Matheson & Winkler (1976), Management Science 22(10).
    """
    edges = curve.space.edges
    point = float(np.clip(truth, edges[0], edges[-1]))
    lower = cells[:1].sum() if curve.space.kind == "number" else 0.0
    inner = cells[1:-1] if curve.space.kind == "number" else cells[:-1]
    reached = lower + np.concatenate([[0.0], np.cumsum(inner)])
    bounds = np.union1d(edges, [point])
    cdf = np.interp(bounds, edges, reached)
    start, end = cdf[:-1] - (bounds[:-1] >= point), cdf[1:] - (bounds[:-1] >= point)
    return float(np.diff(bounds) @ (start**2 + start * end + end**2) / 3)


def share(flags: list[bool]) -> str:
    """A share with its binomial standard error."""
    mean = float(np.mean(flags))
    return f"{mean:.1%} ± {np.sqrt(mean * (1 - mean) / len(flags)):.1%}"


def row(kind: str, gross: float, results: list[Result]) -> str:
    """One row: shares and means with standard errors."""
    scores, before = (np.array([getattr(r, n) for r in results]) for n in ("score", "before"))
    two_ended = [one for one in results if one.two_ended]
    error = (scores - before).std() / np.sqrt(len(results))
    cells = [
        kind,
        f"{gross:.0%}",
        str(len(results)),
        str(sum(one.records for one in results)),
        share([one.covered for one in results]),
        f"{np.mean([one.stated for one in results]):.1%}",
        share([one.inside for one in results]),
        str(len(two_ended)),
        share([one.covered for one in two_ended]),
        f"{np.mean([one.width for one in results]):.2f}",
        f"{scores.mean():.2f}",
        f"{before.mean():.2f}",
        f"{(scores - before).mean():+.2f} ± {error:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
