"""The process that produces reports: it reads a database, and leaves a folder for each quarter."""

import os
import sys

#: As `kizashi` itself does, before numpy loads; and below the server in rank.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
_NICE = 10

from pathlib import Path  # noqa: E402

from api.reports.folders import write_folder  # noqa: E402
from api.reports.producing import Wish, produce  # noqa: E402
from data.database import Database  # noqa: E402
from forecasts.reports.quarters import read_quarter  # noqa: E402


def main(
    url: str, folder: str, quarters: str, first_month: str, languages: str, scores: str
) -> None:
    """Produce reports of the newest checkpoint.

    Args:
        url: of a database, which is only read.
        folder: in which a folder for each quarter is left, whole or not at all.
        quarters, languages: with commas between.
        first_month: with which the year begins in titles.
        scores: "people" to leave out all that takes a replay.
    """
    os.nice(_NICE)
    wish = Wish(
        tuple(read_quarter(name) for name in quarters.split(",")),
        int(first_month),
        tuple(languages.split(",")),
        plays=scores != "people",
    )
    database = Database(url)
    with database.read() as connection:
        for built in produce(connection, wish):
            write_folder(Path(folder) / built.quarter, built.files)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:7])
