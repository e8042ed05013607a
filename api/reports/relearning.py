"""What fits of a quarter changed in the worth of sources."""

from collections import Counter
from functools import cache

from sqlalchemy import Connection

from api.workflows.unfolding import PRIOR_SEED, fit_reader
from data.reports import fits_landed, text_of
from data.sources import named_sources, record_counts
from forecasts.evidence import worse_grade
from forecasts.reliability import Reliability, draw_from_priors
from forecasts.reports.inputs import Relearned
from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Text
from forecasts.worth import worth_of_source

#: The claim whose fate is told.
_RATIO = 3.0


def read_relearned(connection: Connection, entries: int, quarter: Quarter) -> list[Relearned]:
    """Read what is left of a claim by each source, before and after the fits of a quarter."""
    landed = fits_landed(connection, entries, quarter.ends)
    found = []
    for world in dict.fromkeys(row.world for row in landed):
        mine = [row for row in landed if row.world == world]
        new = [row for row in mine if row.landed_at >= quarter.begins]
        if not new:
            continue
        old = [row for row in mine if row.landed_at < quarter.begins]
        read = fit_reader(connection)
        before = read(old[-1].id).reliability if old else _prior()
        found += _changes(
            connection, world, before, read(new[-1].id).reliability, len(new), quarter
        )
    return found


def _changes(
    connection: Connection,
    world: str,
    before: Reliability,
    after: Reliability,
    fits: int,
    quarter: Quarter,
) -> list[Relearned]:
    """Set the worth of every source of a world beside itself."""
    grades: dict[str, Counter[str]] = {}
    for row in record_counts(connection, quarter.ends):
        if row.world == world:
            grades.setdefault(row.source, Counter())[worse_grade(row.grade)] += row.records
    names = named_sources(connection)
    found = []
    for source, counts in sorted(grades.items()):
        grade = min(counts, key=lambda one: (-counts[one], one))
        title = text_of(names[source].title) if source in names else Text(source)
        old, new = (worth_of_source(one, source, grade).believed[_RATIO] for one in (before, after))
        found.append(Relearned(world, title, grade, old, new, fits))
    return found


@cache
def _prior() -> Reliability:
    """Give the draws that serve until the first fit."""
    return draw_from_priors(PRIOR_SEED)
