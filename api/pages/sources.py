"""The page of all sources: what each one's word is worth, and what has been learned of it."""

from dataclasses import dataclass

from api.instance import Instance
from api.language import translate
from api.pages.intervals import believed
from api.pages.wording import Wording, wording
from api.pages.worths import (
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
    """All sources, the one of most worth first."""

    title: str
    example: str
    is_learned: bool
    sources: tuple[SourceLine, ...]
    worlds: tuple[WorldPart, ...]


def sources_page(instance: Instance, language: str) -> SourcesPage:
    """List the sources, and what has been learned in each world."""
    timelines = instance.writer.timelines
    with instance.database.read() as connection:
        answers = source_answers(connection, timelines)
        worlds = world_titles(connection, language)
        learned = [reliability_answer(connection, timelines, world) for world in worlds]
    titles = worlds if len(worlds) > 1 else {}
    most = max(answers, key=lambda answer: answer.records, default=None)
    return SourcesPage(
        title=translate("Sources", language),
        example=left_of_triple(most, most.grades[0], language) if most else "",
        is_learned=any(found.fit for found in learned),
        sources=tuple(
            _line(answer, titles.get(answer.world), language)
            for answer in sorted(answers, key=_as_shown)
        ),
        worlds=tuple(_world_part(found, titles.get(found.world), language) for found in learned),
    )


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
