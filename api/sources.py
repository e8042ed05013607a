"""Sources as they stand: what each one's word is worth before and after learning, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from api.answers import evidence_answer
from api.source_answers import (
    EstimateAnswer,
    GradeAnswer,
    ParameterAnswer,
    ReliabilityAnswer,
    SourceAnswer,
    SourceDetail,
    SourceName,
    SourceStanding,
    SubmitterAnswer,
    WorthAnswer,
    estimate_answer,
    fit_answer,
    worth_answer,
)
from api.workflows.unfolding import PRIOR_SEED
from data.facts import outcomes_of, recorded_instants
from data.formats.banks import Source
from data.formats.base import Bilingual
from data.sources import (
    has_records,
    named_sources,
    newest_fits,
    newest_records,
    record_counts,
)
from data.standing import ALWAYS
from forecasts.errors import UnknownSource, UnknownWorld
from forecasts.evidence import worse_grade
from forecasts.reliability import GRADES, Reliability, draw_from_priors
from forecasts.timeline import Timeline
from forecasts.worth import (
    Estimate,
    TrackRecord,
    Worth,
    shared_parameters,
    track_records,
    worth_of_grade,
    worth_of_source,
    worth_of_submitter,
)
from models.readings import resolved_readings

type Timelines = Mapping[str, Timeline]
#: So many of a source's records are shown.
NEWEST = 20
_NO_TRACK = TrackRecord(frozenset(), 0, 0)


@dataclass(frozen=True, slots=True)
class _Learning:
    """A world's theta before and after learning.

    Attributes:
        fit: the newest fit; None where the prior serves.
    """

    before: Reliability
    after: Reliability | None
    fit: str | None


def source_answers(
    connection: Connection, timelines: Timelines, world: str | None = None, at: float = ALWAYS
) -> list[SourceAnswer]:
    """Describe every source in every world where it has records, the one of most worth first.

    Args:
        at: what was recorded after it is not known; the timelines are those of then.

    Raises:
        UnknownWorld: there is none of this id.
    """
    names = named_sources(connection, at)
    answers = [
        SourceAnswer(**dict(_name(source, names)), **dict(standing))
        for source, standing in _standings(connection, timelines, world, at=at)
    ]
    return sorted(answers, key=lambda answer: (-worth_in_force(answer), answer.id, answer.world))


def source_detail(
    connection: Connection, timelines: Timelines, source: str, at: float = ALWAYS
) -> SourceDetail:
    """Describe one source in every world, with its newest records.

    Raises:
        UnknownSource: no bank and no record names it.
    """
    names = named_sources(connection, at)
    if source not in names and not has_records(connection, source, at):
        raise UnknownSource
    standings = _standings(connection, timelines, only=source, at=at)
    rows = newest_records(connection, source, NEWEST, at)
    return SourceDetail(
        **dict(_name(source, names)),
        worlds=tuple(standing for _, standing in standings),
        newest=tuple(evidence_answer(row, at=at) for row in rows),
    )


def reliability_answer(
    connection: Connection, timelines: Timelines, world: str, at: float = ALWAYS
) -> ReliabilityAnswer:
    """Describe what grades, submitters and shared parameters are worth in a world.

    Raises:
        UnknownWorld: there is none of this id.
    """
    timeline = _timeline(timelines, world)
    fit = newest_fits(connection, at).get(world)
    learning = _learning(timeline, fit.id if fit else None)
    by_grade: Counter[str] = Counter()
    by_submitter: Counter[str] = Counter()
    for row in record_counts(connection, at):
        if row.world == world:
            by_grade[worse_grade(row.grade)] += row.records
            by_submitter[row.submitter] += row.records
    return ReliabilityAnswer(
        world=world,
        fit=fit_answer(fit) if fit else None,
        grades=tuple(_grade(learning, grade, by_grade[grade]) for grade in GRADES),
        submitters=tuple(
            _submitter(learning, timeline, who, count) for who, count in by_submitter.most_common()
        ),
        parameters=tuple(_parameters(learning)),
    )


def worth_in_force(standing: SourceStanding) -> float:
    """Give what a source's word is worth now, in records of its commonest grade."""
    commonest = standing.grades[0]
    return (commonest.after or commonest.before).slope.median


def _standings(
    connection: Connection,
    timelines: Timelines,
    world: str | None = None,
    only: str | None = None,
    *,
    at: float,
) -> Iterator[tuple[str, SourceStanding]]:
    """Describe sources world by world."""
    if world is not None:
        timelines = {world: _timeline(timelines, world)}
    counts: dict[str, dict[str, Counter[str]]] = {}
    for row in record_counts(connection, at):
        if row.world in timelines and only in (None, row.source):
            of_source = counts.setdefault(row.world, {}).setdefault(row.source, Counter())
            of_source[worse_grade(row.grade)] += row.records
    fits = newest_fits(connection, at) if counts else {}
    for name, sources in counts.items():
        learning = _learning(timelines[name], fits[name].id if name in fits else None)
        tracks, taught = track_records(timelines[name]), _teaching(connection, timelines[name], at)
        for source, grades in sources.items():
            track = tracks.get(source, _NO_TRACK)
            yield source, _standing(name, learning, source, grades, track, taught)


def _standing(
    world: str,
    learning: _Learning,
    source: str,
    grades: Counter[str],
    track: TrackRecord,
    taught: frozenset[str],
) -> SourceStanding:
    """Describe one source in one world."""
    ordered = sorted(grades, key=lambda grade: (-grades[grade], grade))
    return SourceStanding(
        world=world,
        fit=learning.fit,
        records=grades.total(),
        records_with_outcome=len(track.records),
        teaching_records=len(track.records & taught),
        claims_with_outcome=track.claims,
        claims_right=track.right,
        grades=tuple(_grade(learning, grade, grades[grade], source) for grade in ordered),
    )


def _timeline(timelines: Timelines, world: str) -> Timeline:
    """Give the timeline of a world."""
    if world not in timelines:
        raise UnknownWorld
    return timelines[world]


def _learning(timeline: Timeline, fit: str | None) -> _Learning:
    """Give theta before and after learning."""
    return _Learning(_prior(), timeline.world.reliability if fit else None, fit)


@cache
def _prior() -> Reliability:
    """Give the draws that serve until the first fit."""
    return draw_from_priors(PRIOR_SEED)


def _teaching(connection: Connection, timeline: Timeline, at: float) -> frozenset[str]:
    """Give the records that were there when a fit looks at their questions."""
    outcomes = outcomes_of(connection, timeline.world.questions, at)
    readings = resolved_readings(timeline, outcomes, recorded_instants(connection))
    return frozenset(signal.record.id for reading in readings for signal in reading.signals)


def _name(source: str, names: Mapping[str, Source]) -> SourceName:
    """Give a source's name, as the banks have it."""
    if source not in names:
        return SourceName(id=source, title=Bilingual(en=source), kind=None, url=None)
    named = names[source]
    return SourceName(id=source, title=named.title, kind=named.kind, url=named.url)


def _grade(learning: _Learning, grade: str, records: int, source: str | None = None) -> GradeAnswer:
    """Describe records of one grade: of a source, or of the average one."""

    def worth(reliability: Reliability) -> WorthAnswer:
        found: Worth = (
            worth_of_grade(reliability, grade)
            if source is None
            else worth_of_source(reliability, source, grade)
        )
        return worth_answer(found)

    after = worth(learning.after) if learning.after else None
    return GradeAnswer(grade=grade, records=records, before=worth(learning.before), after=after)


def _submitter(
    learning: _Learning, timeline: Timeline, submitter: str, records: int
) -> SubmitterAnswer:
    """Describe a submitter."""
    before = worth_of_submitter(learning.before, submitter)
    after = worth_of_submitter(learning.after, submitter) if learning.after else None
    return SubmitterAnswer(
        submitter=submitter,
        records=records,
        stands_alone=submitter in timeline.world.established,
        before=estimate_answer(before),
        after=_estimate_or_none(after),
    )


def _parameters(learning: _Learning) -> Iterator[ParameterAnswer]:
    """Describe the parameters that all records share."""
    after = shared_parameters(learning.after) if learning.after else {}
    for name, found in shared_parameters(learning.before).items():
        yield ParameterAnswer(
            parameter=name,
            before=estimate_answer(found),
            after=_estimate_or_none(after.get(name)),
        )


def _estimate_or_none(found: Estimate | None) -> EstimateAnswer | None:
    """Give an estimate as an answer, where there is one."""
    return None if found is None else estimate_answer(found)
