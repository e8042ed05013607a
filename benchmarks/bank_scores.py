"""The bank's own forecasts beside its opening priors and the naive sum of likelihood ratios.

    uv run python -m benchmarks.bank_scores

At one third, one half and two thirds of each resolved question's open window, on the questions
whose outcome was not fixed by then: mean log2 loss (bits) and Brier score (0 to 1; for options half
the sum of squares, for dates and numbers the mean squared error of the CDF). No look-ahead: records
enter at their dates. But the evidence was collected and graded with hindsight, so that none of
these numbers says how good live forecasts would be.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import Connection

from api.instance import open_instance
from api.workflows.loading import load_bank, plan_entries
from api.workflows.unfolding import PRIOR_SEED, fit_reader
from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.decoding import decode_resolution
from data.events import begin_world, entry_instant, events_of
from data.formats.resolutions import ResolutionFormat
from data.ledger import read_entries
from forecasts.curves import CurveState
from forecasts.evidence import signal_on
from forecasts.outcomes import Floats
from forecasts.questions import Question
from forecasts.reliability import draw_from_priors
from forecasts.resolutions import possible_cells
from forecasts.timeline import Passed, Timeline, play
from forecasts.times import start_of_day

FRACTIONS = {"1/3": 1 / 3, "1/2": 1 / 2, "2/3": 2 / 3}
#: A probability below this counts as this: one certain error must not decide a mean.
FLOOR = 1e-4
METHODS = ("opening prior", "naive sum", "model")


def main() -> None:
    """Print the table."""
    bank = read_bank(bank_directory())
    moments = moments_to_score(bank)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bank.db'}"
        now = datetime(2026, 11, 23, 18, tzinfo=UTC)
        with open_instance(url, lambda: now) as instance:
            print(f"{len(plan_entries(bank))} entries of the bank {bank.bank.id}")
            instance.writer.do(lambda transaction: load_bank(transaction, bank, now))
            with instance.database.read() as connection:
                rows = scored_rows(bank, connection, moments)
    print_table(rows)


def moments_to_score(bank: Bank) -> list[tuple[float, str, str]]:
    """Give (instant, fraction, question) for every resolved question that is still open then."""
    resolved = {r.question: start_of_day(r.resolved_at) for r in bank.resolutions}
    moments = []
    for question in bank.questions:
        if question.id not in resolved:
            continue
        opens, closes = start_of_day(question.opens), start_of_day(question.closes) + 1
        for name, fraction in FRACTIONS.items():
            instant = opens + fraction * (closes - opens)
            if instant < resolved[question.id]:
                moments.append((instant, name, question.id))
    return sorted(moments)


def scored_rows(
    bank: Bank, connection: Connection, moments: list[tuple[float, str, str]]
) -> list[dict]:
    """Replay the ledger up to each moment and score what stood there."""
    outcomes = {r.question: r for r in bank.resolutions}
    timelines: dict[str, Timeline] = {}
    rows, waiting = [], list(moments)
    for entry in read_entries(connection):
        while waiting and timelines and waiting[0][0] < entry_instant(entry):
            instant, fraction, question = waiting.pop(0)
            world = next(iter(timelines))
            timelines[world], _ = play(timelines[world], Passed(), instant)
            rows += score(timelines[world], question, outcomes[question], fraction)
        if entry.kind == "bank":
            timeline = begin_world(entry, draw_from_priors(PRIOR_SEED))
            timelines[timeline.world.id] = timeline
        for world, event in events_of(entry, timelines, fit_reader(connection)):
            timelines[world], _ = play(timelines[world], event, entry_instant(entry))
    return rows


def score(timeline: Timeline, name: str, outcome: ResolutionFormat, fraction: str) -> list[dict]:
    """Score one question at one moment by every method."""
    question = timeline.world.questions[name]
    state = timeline.world.curves[question.curve]
    truth = possible_cells(question, state.curve, decode_resolution(outcome, question))
    cells = {
        "opening prior": state.curve.opening_cells,
        "naive sum": naive_cells(timeline, question, state),
        "model": timeline.standing[name].cells,
    }
    return [
        {"fraction": fraction, "method": method, **losses(question, values, truth)}
        for method, values in cells.items()
    ]


def naive_cells(timeline: Timeline, question: Question, state: CurveState) -> Floats:
    """Multiply the opening prior by every claimed ratio, as if each record were new and true."""
    total = np.zeros(state.curve.space.size)
    for signal in state.signals:
        record = replace(signal.record, kind="fact")  # no decay either
        for stance in record.stances:
            asked = timeline.world.questions.get(stance.question)
            if asked is not None and asked.curve == question.curve:
                claimed = signal_on(state.curve, asked, record, stance)
                total += claimed.weight * claimed.profile
                break
    posterior = state.curve.opening_cells * np.exp(total - total.max())
    return posterior / posterior.sum()


def losses(question: Question, cells: Floats, truth: Floats) -> dict:
    """Log2 loss and Brier score of a distribution."""
    if question.yes is not None:
        happened = float(truth @ question.yes > 0.5)
        chance = float(cells @ question.yes)
        given = chance if happened else 1 - chance
        return {"group": "yes or no", "log2": log2_loss(given), "brier": (chance - happened) ** 2}
    if question.type == "multiple_choice":
        brier = float(np.sum((cells - truth) ** 2) / 2)
        return {"group": "choice", "log2": log2_loss(float(cells @ truth)), "brier": brier}
    brier = float(np.mean((np.cumsum(cells) - np.cumsum(truth))[:-1] ** 2))
    return {"group": question.type, "log2": log2_loss(float(cells @ truth)), "brier": brier}


def log2_loss(probability: float) -> float:
    """Bits of surprise, at most log2(1 / FLOOR)."""
    return float(-np.log2(max(probability, FLOOR)))


def print_table(rows: list[dict]) -> None:
    """Print means with standard errors, as Markdown."""
    print("\n| at | type | n | " + " | ".join(f"{m}: log2, Brier" for m in METHODS) + " |")
    print("|---|---|---|" + "---|" * len(METHODS))
    groups = ["all", *dict.fromkeys(row["group"] for row in rows)]
    for fraction in FRACTIONS:
        for group in groups:
            chosen = [r for r in rows if r["fraction"] == fraction and group in ("all", r["group"])]
            count = len(chosen) // len(METHODS)
            if count:
                columns = (_columns([r for r in chosen if r["method"] == m]) for m in METHODS)
                print(f"| {fraction} | {group} | {count} | " + " | ".join(columns) + " |")


def _columns(rows: list[dict]) -> str:
    """Mean and standard error of both scores."""
    parts = []
    for name in ("log2", "brier"):
        values = np.array([row[name] for row in rows])
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
        parts.append(f"{values.mean():.3f} ± {error:.3f}")
    return ", ".join(parts)


if __name__ == "__main__":
    main()
