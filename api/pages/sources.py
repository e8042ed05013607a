"""The page of all sources: what each one's word is worth, and what has been learned of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.instance import Instance
from api.language import translate
from api.pages.intervals import believed
from api.pages.wording import Wording, wording
from api.pages.worths import (
    GRADE_MEANINGS,
    TRIPLE,
    PairLine,
    WorthLine,
    kind_of,
    learned_of,
    left_of_triple,
    pair_line,
    world_titles,
    worth_line,
)
from api.source_answers import ReliabilityAnswer, SourceAnswer
from api.sources import reliability_answer, source_answers

PARAMETERS = {
    "trust": "Chance that a report is what it seems: no claim counts for more than this allows",
    "correlation": "How alike reports of one origin are: 0 independent, 1 copies",
    "cancellation": "How far reports of one origin are taken to share one error: 0 not, 1 fully",
    "claim_bias": "Nats by which all claims lean towards what they name",
    "damping": "How strongly sources that claim loudly are damped: 0 not at all",
    "source_spread": "How far sources differ from others of their grade",
    "submitter_spread": "How far submitters differ from each other",
    "half_life_report": "Days in which a report loses half of its weight",
    "half_life_rumour": "Days in which a rumour loses half of its weight",
}

#: So many sources are shown unfolded: those whose own record taught most.
_MOST_TRIED = 8


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in the list."""

    id: str
    title: Wording
    kind: str
    world: Wording | None
    worth: WorthLine
    records: int
    outcomes: str


@dataclass(frozen=True, slots=True)
class GradeGroup:
    """Sources of which nothing is known but their grade, folded under it.

    Attributes:
        count: how many they are.
        worth: what is left of a claim of ×3 by the average one; "" where worlds differ.
    """

    grade: str
    meaning: str
    count: int
    worth: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class WorldPart:
    """What has been learned in a world: grades, submitters, and what all records share."""

    title: Wording | None
    learned: str
    is_learned: bool
    grades: tuple[WorthLine, ...]
    submitters: tuple[PairLine, ...]
    parameters: tuple[PairLine, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All sources: first those whose own record taught most, then the others by grade.

    Attributes:
        count: how many there are.
        known: of how many more is known than their grade, in words.
    """

    title: str
    example: str
    is_learned: bool
    count: int
    known: str
    tried: tuple[SourceLine, ...]
    groups: tuple[GradeGroup, ...]
    worlds: tuple[WorldPart, ...]


def sources_page(instance: Instance, language: str) -> SourcesPage:
    """List the sources, and what has been learned in each world."""
    timelines = instance.writer.timelines
    with instance.database.read() as connection:
        answers = source_answers(connection, timelines)
        worlds = world_titles(connection, language)
        learned = [reliability_answer(connection, timelines, world) for world in worlds]
    titles = worlds if len(worlds) > 1 else {}
    tried, others = _parted(answers)
    most = max(answers, key=lambda answer: answer.records, default=None)
    return SourcesPage(
        title=translate("Sources", language),
        example=left_of_triple(most, most.grades[0], language) if most else "",
        is_learned=any(found.fit for found in learned),
        count=len(answers),
        known=_known(answers, language),
        tried=tuple(_line(answer, titles.get(answer.world), language) for answer in tried),
        groups=_groups(others, learned, titles, language),
        worlds=tuple(_world_part(found, titles.get(found.world), language) for found in learned),
    )


def _parted(answers: Sequence[SourceAnswer]) -> tuple[list[SourceAnswer], list[SourceAnswer]]:
    """Part the sources whose own record taught most from all others, each in order of worth."""
    taught = [answer for answer in answers if _has_taught(answer)]
    most = sorted(taught, key=lambda answer: -answer.teaching_records)[:_MOST_TRIED]
    first = {(answer.world, answer.id) for answer in most}
    others = [answer for answer in answers if (answer.world, answer.id) not in first]
    return sorted(most, key=_as_shown), sorted(others, key=_as_shown)


def _has_taught(answer: SourceAnswer) -> bool:
    """Tell whether a fit has learned from a source's own records."""
    return answer.fit is not None and answer.teaching_records > 0


def _known(answers: Sequence[SourceAnswer], language: str) -> str:
    """Say of how many sources more is known than their grade."""
    taught = sum(_has_taught(answer) for answer in answers)
    if not taught:
        return ""
    words = translate(
        "{taught} of {all} sources said something whose outcome is known: that was learned from. "
        "Of the other {others} nothing is known but their grade.",
        language,
    )
    return words.format(taught=taught, all=len(answers), others=len(answers) - taught)


def _groups(
    answers: Sequence[SourceAnswer],
    learned: Sequence[ReliabilityAnswer],
    titles: Mapping[str, Wording],
    language: str,
) -> tuple[GradeGroup, ...]:
    """Fold sources under their commonest grade, the best grade first."""
    left = translate("{worth} left of a claim of ×3", language)
    average = {}
    if len(learned) == 1:
        average = {one.grade: worth_line(one, TRIPLE, language) for one in learned[0].grades}
    groups = []
    for grade in sorted({answer.grades[0].grade for answer in answers}):
        own = [answer for answer in answers if answer.grades[0].grade == grade]
        worth = average.get(grade)
        groups.append(
            GradeGroup(
                grade=grade,
                meaning=translate(GRADE_MEANINGS[grade], language),
                count=len(own),
                worth=left.format(worth=worth.after or worth.before) if worth else "",
                sources=tuple(_line(one, titles.get(one.world), language) for one in own),
            )
        )
    return tuple(groups)


def _line(answer: SourceAnswer, world: Wording | None, language: str) -> SourceLine:
    """Give one source's line."""
    on_outcome = translate("{count} on a known outcome", language)
    return SourceLine(
        id=answer.id,
        title=wording(answer.title, language),
        kind=kind_of(answer, language),
        world=world,
        worth=worth_line(answer.grades[0], TRIPLE, language),
        records=answer.records,
        outcomes=on_outcome.format(count=answer.records_with_outcome),
    )


def _as_shown(answer: SourceAnswer) -> tuple[float, int]:
    """Order by worth as far as the page shows it, then by records: the rest is luck of draws."""
    before, after = believed(answer.grades[0], TRIPLE)
    return -round((after or before).median, 1), -answer.records


def _world_part(found: ReliabilityAnswer, title: Wording | None, language: str) -> WorldPart:
    """Say what has been learned in a world."""
    return WorldPart(
        title=title,
        learned=learned_of(found, language),
        is_learned=found.fit is not None,
        grades=tuple(worth_line(line, TRIPLE, language) for line in found.grades),
        submitters=tuple(pair_line(line.submitter, line, language) for line in found.submitters),
        parameters=tuple(
            pair_line(translate(PARAMETERS[line.parameter], language), line, language)
            for line in found.parameters
        ),
    )
