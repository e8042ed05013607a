"""Parts of a table of scores: by forecaster, kind, type, topic, or the quarter of the outcome."""

from collections.abc import Sequence

import numpy as np

from forecasts.judged_tables import JudgedTable
from forecasts.reports.quarters import quarter_of


def parts_of(table: JudgedTable, by: str) -> list[tuple[str, JudgedTable]]:
    """Part a table, by name; a question of several topics is in the part of each.

    Args:
        by: `forecaster`, `kind`, `type`, `topic` or `period`.
    """
    if by == "topic":
        topics = sorted({topic for facts in table.questions for topic in facts.topics})
        return [(topic, table.select(topic=topic)) for topic in topics]
    names: Sequence[str] = {
        "forecaster": table.forecasters,
        "kind": table.kinds,
        "type": [facts.type for facts in table.questions],
        "period": [quarter_of(facts.known).name for facts in table.questions],
    }[by]
    column = table.columns["forecaster" if by in ("forecaster", "kind") else "question"]
    labels = np.array([*names, ""])[column]
    return [(str(label), table.take(labels == label)) for label in np.unique(labels)]
