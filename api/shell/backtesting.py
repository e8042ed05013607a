"""Backtests from the command line."""

from collections.abc import Iterator
from dataclasses import asdict, replace

from rich.console import Console

from api.language import translate
from api.shell.output import print_json, print_line, print_table, wants_json
from data.suites import read_suite
from forecasts.suites import EvidenceSuite, ScoreRow
from models.diagnostics import SamplingSettings

#: Numbers of resolved questions to learn from.
SIZES = (50, 150, 400)
_HEADINGS = ("Resolved", "Method", "Bits per question", "Brier", "Way to the oracle")


def evidence(
    folder: str, seed: int, output: str | None, language: str, *, attack: bool, ceiling: bool
) -> None:
    """Backtest the evidence model on a suite; with a ceiling, learn from the test itself as well.

    Raises:
        SuiteUnreadable: the folder holds no suite.
        PoorDiagnostics: a fit is not to be trusted.
    """
    as_json, suite = wants_json(output), read_suite(folder)
    waiting = translate("Learning from {count} questions; this takes minutes", language)
    with Console(stderr=True).status(waiting.format(count=", ".join(map(str, SIZES)))):
        rows = list(_rows(suite, seed, attack=attack, ceiling=ceiling))
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table([translate(word, language) for word in _HEADINGS], _cells(rows, suite.oracle))
    if suite.oracle is not None:
        told = translate("An oracle that knows everything loses {bits} bits.", language)
        print_line(told.format(bits=f"{suite.oracle:.4f}"))


def _rows(suite: EvidenceSuite, seed: int, *, attack: bool, ceiling: bool) -> Iterator[ScoreRow]:
    """Score every method, and at last the learned one as it would be with the test known."""
    from models.backtest import backtest  # noqa: PLC0415  # PyMC takes seconds

    settings = SamplingSettings(seed=seed)
    sizes = [size for size in SIZES if size <= len(suite.training.outcomes)]
    yield from backtest(suite, sizes or [len(suite.training.outcomes)], settings, attack=attack)
    if ceiling:
        known = replace(suite, training=suite.test)
        for row in backtest(known, [len(suite.test.outcomes)], settings, attack=attack):
            if row.method == "learned":
                yield replace(row, method="ceiling")


def _cells(rows: list[ScoreRow], oracle: float | None) -> list[tuple[str, ...]]:
    """Give rows as text, with the share of the way from the base rate to the oracle."""
    cells: list[tuple[str, ...]] = []
    base = rows[0].log2_loss
    for row in rows:
        base = row.log2_loss if row.method == "base-rate" else base
        way = "" if oracle is None else f"{(base - row.log2_loss) / (base - oracle):.1%}"
        loss = f"{row.log2_loss:.4f} ± {row.standard_error:.4f}"
        cells.append((str(row.resolved), row.method, loss, f"{row.brier:.4f}", way))
    return cells
