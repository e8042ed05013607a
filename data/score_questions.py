"""Tables of forecasts, question by question, in little memory however the file is sorted."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.score_rows import ROW, Rows
from data.score_tables import BATCH_ROWS, ScoreTable

#: A table of at most so many rows is sorted in memory; of a larger one, so many are held at once.
MOST_ROWS = 1 << 20


def whole_questions(
    table: ScoreTable, batch_rows: int = BATCH_ROWS, most_rows: int = MOST_ROWS
) -> Iterator[Rows]:
    """Read a table in batches of whole questions, with the rows of each question together.

    A small table is sorted in memory. A large one is streamed if the rows of each question stand
    together in it; else its rows are first put on several heaps by question, in temporary files.
    Rows of one question keep the order of the file.

    Args:
        table: what to read.
        batch_rows: rows that are read at a time.
        most_rows: rows that are held in memory at once, unless one question has more.

    Raises:
        ValueUnfit: a value cannot be what its column says.
    """
    rows, is_together = _survey(table)
    if rows <= most_rows:
        batches = list(table.batches(batch_rows))
        if batches:
            yield _sorted(np.concatenate(batches))
    elif is_together:
        yield from _streamed(table, batch_rows)
    else:
        yield from _heaped(table, batch_rows, -(-rows // most_rows))


def _survey(table: ScoreTable) -> tuple[int, bool]:
    """Count the rows, and tell whether the rows of each question stand together."""
    count, last, is_together = 0, -2, True
    seen = np.zeros(0, np.bool_)
    for questions in table.question_batches():
        count += len(questions)
        begins = questions[np.flatnonzero(np.diff(questions, prepend=last))]
        begins = begins[begins >= 0]  # an empty id is told of when its row is read
        seen = np.pad(seen, (0, max(0, int(begins.max(initial=-1)) + 1 - len(seen))))
        is_together &= not seen[begins].any() and len(np.unique(begins)) == len(begins)
        seen[begins] = True
        last = int(questions[-1]) if len(questions) else last
    return count, is_together


def _sorted(rows: Rows) -> Rows:
    """Put the rows of each question together."""
    return rows[np.argsort(rows["question"], kind="stable")]


def _streamed(table: ScoreTable, batch_rows: int) -> Iterator[Rows]:
    """Hold the last question of each batch back until the next question begins."""
    held = np.zeros(0, ROW)
    for batch in table.batches(batch_rows):
        rows = np.concatenate([held, batch])
        last = int(np.flatnonzero(rows["question"] == rows["question"][-1])[0]) if len(rows) else 0
        if last:
            yield rows[:last]
        held = rows[last:]
    if len(held):
        yield held


def _heaped(table: ScoreTable, batch_rows: int, heaps: int) -> Iterator[Rows]:
    """Put rows on heaps by question, and read one heap after the other."""
    with TemporaryDirectory(prefix="kizashi-score-") as folder:
        paths = [Path(folder) / str(heap) for heap in range(heaps)]
        with ExitStack() as opened:
            files = [opened.enter_context(path.open("wb")) for path in paths]
            for rows in table.batches(batch_rows):
                heap = rows["question"] % heaps
                for number, file in enumerate(files):
                    rows[heap == number].tofile(file)
        for path in paths:
            rows = np.fromfile(path, ROW)
            path.unlink()
            if len(rows):
                yield _sorted(rows)
