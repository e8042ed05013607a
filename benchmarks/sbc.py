"""Calibration by simulation: are ranks of simulated truths uniform under what the models find?

For the online step after 100 updates, the world by NUTS, and what sources are worth by NUTS.
Prints a table in Markdown and draws the ECDFs of the ranks, by ArviZ. The first three take six
minutes, learning 25 (or 12 with half of the replicates).

    OPENBLAS_NUM_THREADS=1 uv run --group benchmark python -m benchmarks.sbc \
        [--replicates 300] [--out docs/sbc] [--only online,graded,world,learning]
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path

import arviz as az
import matplotlib.pyplot as plt
import numpy as np
from arviz_plots.visuals import fill_between_y
from arviz_stats.ecdf_utils import ecdf_pit

from forecasts.outcomes import Floats
from models.simulation import draw_pool, simulated_world
from models.simulation_learning import learning_replicate
from models.simulation_ranks import (
    BAND,
    Uniformity,
    by_quantity,
    nuts_ranks,
    online_ranks,
    uniformity,
)
from models.simulation_replicates import forward_replicate, graded_replicate, simulated_theta

SEED = 20_261_123
#: Truths that are weighed where records are drawn first.
POOL = 200_000
#: Simulations behind a band, and pictures side by side.
SIMULATIONS = 2_000
PICTURES_A_ROW = 5
_ECDF_P, _CHI_SQUARE_P = attrgetter("ecdf_p"), attrgetter("chi_square_p")
HEAD = (
    "| what | replicates | quantities | leave the 95% band | smallest ECDF p | of "
    "| smallest chi-square p | of | smallest p a good model may show | largest distance | seconds |"
)
type Replicate = Callable[[int], dict[str, float]]


def main() -> None:
    """Run each calibration, print its row, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=300)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--only", default=",".join(CALIBRATIONS))
    wanted = parser.parse_args()
    rows, details = [], []
    for name in wanted.only.split(","):
        start = time.perf_counter()
        replicate = CALIBRATIONS[name]()
        ranks = by_quantity([replicate(SEED + place) for place in range(wanted.replicates)])
        found = [uniformity(quantity, some) for quantity, some in ranks.items()]
        rows.append(row(name, found, wanted.replicates, time.perf_counter() - start))
        details += list(detail(name, found))
        print(rows[-1], flush=True)
        if wanted.out is not None:
            draw(name, ranks, wanted.out)
    print("\n".join(["", HEAD, "|---" * (HEAD.count("|") - 1) + "|", *rows, ""]))
    print("| what | quantity | ranks | ECDF p | chi-square p | outside | distance |")
    print("\n".join(["|---" * 7 + "|", *details]))


def online() -> Replicate:
    """Give the online step after 100 updates, on evidence that was drawn forward."""
    return partial(forward_replicate, rank=online_ranks)


def world() -> Replicate:
    """Give the reference model by NUTS, on the same evidence."""
    return partial(forward_replicate, rank=nuts_ranks)


def graded() -> Replicate:
    """Give the online step on evidence of every stance, with the truth drawn afterwards."""
    rng = np.random.default_rng(SEED)
    pool = draw_pool(simulated_world("pool", simulated_theta(rng)), POOL, rng)
    return partial(graded_replicate, rank=online_ranks, pool=pool)


CALIBRATIONS: dict[str, Callable[[], Replicate]] = {
    "online": online,
    "graded": graded,
    "world": world,
    "learning": lambda: learning_replicate,
}


def row(name: str, found: list[Uniformity], replicates: int, seconds: float) -> str:
    """One row for a calibration: its worst quantity, and all of them together."""
    ecdf, chi = (min(found, key=key) for key in (_ECDF_P, _CHI_SQUARE_P))
    cells = [
        name,
        str(replicates),
        str(len(found)),
        str(sum(one.outside > 0 for one in found)),
        f"{ecdf.ecdf_p:.4f}",
        ecdf.quantity,
        f"{chi.chi_square_p:.4f}",
        chi.quantity,
        f"{(1 - BAND) / len(found):.4f}",
        f"{max(one.distance for one in found):.3f}",
        f"{seconds:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def detail(name: str, found: list[Uniformity]) -> Iterator[str]:
    """One row a quantity."""
    for one in found:
        yield (
            f"| {name} | {one.quantity} | {one.ranks} | {one.ecdf_p:.3f} | {one.chi_square_p:.3f} "
            f"| {one.outside:.3f} | {one.distance:.3f} |"
        )


def draw(name: str, ranks: Mapping[str, Floats], folder: Path) -> None:
    """Draw the ECDF of every quantity less the diagonal, by ArviZ, in its simultaneous band.

    Quantities with fewer ranks (open outcomes) cut those beside them: a picture has one length.
    """
    folder.mkdir(parents=True, exist_ok=True)
    az.style.use("arviz-variat")
    parts = dict.fromkeys(part_of(quantity) for quantity in ranks)
    for part in parts:
        some = {quantity: r for quantity, r in ranks.items() if part_of(quantity) == part}
        length = min(map(len, some.values()))
        points, _, lower, upper = ecdf_pit(next(iter(some.values()))[:length], BAND, SIMULATIONS)
        shown = az.plot_ecdf_pit(
            az.from_dict({"prior_sbc": {q: r[None, :length] for q, r in some.items()}}),
            backend="matplotlib",
            col_wrap=PICTURES_A_ROW,
            visuals={"title": {"size": 9}, "xlabel": False},
            figure_kwargs={"figsize": (9, 0.4 + 1.4 * -(-len(some) // PICTURES_A_ROW))},
        )
        band = {"x": points, "y_bottom": lower - points, "y_top": upper - points}
        shown.map(fill_between_y, "band", **band, color="C0", alpha=0.15)
        shown.savefig(folder / f"{name}-{part}.png", dpi=60)
        plt.close("all")


def part_of(quantity: str) -> str:
    """Give the picture that shows a quantity."""
    first = quantity.split(maxsplit=1)[0]
    if first in ("driver", "pull", "outcome"):
        return f"{first}s"
    return "deviations" if "deviation" in quantity else "parameters"


if __name__ == "__main__":
    main()
