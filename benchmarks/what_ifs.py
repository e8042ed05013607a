"""How long what-ifs take on the shipped bank, and what following scenarios costs."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from api.instance import open_instance
from api.what_ifs import answer_what_if
from api.workflows.loading import load_bank
from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.formats.scenarios import WhatIfFormat
from forecasts.conditions import OutcomeCondition, Scenario
from forecasts.scenarios import chance_of
from forecasts.timeline import Timeline

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
PLAIN = {
    "make": [{"driver": "chip_access", "value": -1.5}],
    "learn": [{"question": "entity-list-deepseek-2026", "outcome": True}],
}
FIVE = (
    "hr1121-s765-enacted",
    "entity-list-deepseek-2026",
    "eu-six-member-state-bans-2028",
    "us-lab-sues-deepseek-2028",
    "deepseek-v5-by-2028-01-31",
)


def loaded(bank: Bank) -> tuple[float, Timeline]:
    """Load a bank into a fresh database; give the seconds, and its world."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_instance(f"sqlite:///{Path(folder)}/b.db", lambda: NOW) as instance,
    ):
        start = time.perf_counter()
        instance.writer.do(lambda transaction: load_bank(transaction, bank, NOW))
        return time.perf_counter() - start, instance.writer.timelines[bank.bank.world.id]


def milliseconds(act: Callable[[], object], times: int = 50) -> float:
    """Give the median time of an act."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return 1e3 * median(taken)


def main() -> None:
    """Measure and print."""
    bank = read_bank(bank_directory())
    without, _ = loaded(replace(bank, scenarios=()))
    seconds, timeline = loaded(bank)
    whole = {**PLAIN, "target": "deepseek-v5-release-date"}
    plain, ranked = (WhatIfFormat.model_validate(body) for body in (PLAIN, whole))
    five = Scenario("five", tuple(OutcomeCondition(name, "is", value=True) for name in FIVE))
    world = timeline.world
    print(f"what-if on {len(timeline.standing)} open questions", end=": ")
    print(f"{milliseconds(lambda: answer_what_if(timeline, plain, 'en')):.1f} ms")
    print("with ranking and tornado", end=": ")
    print(f"{milliseconds(lambda: answer_what_if(timeline, ranked, 'en')):.1f} ms")
    print("one step of a scenario over five questions", end=": ")
    print(f"{milliseconds(lambda: chance_of(world, five)):.2f} ms")
    print(f"loading the bank: {without:.1f} s, with its three scenarios {seconds:.1f} s")


if __name__ == "__main__":
    main()
