"""The page of one source: what its word is worth, the facts beside it, and its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.answers import EvidenceAnswer
from api.instance import Instance
from api.language import translate
from api.pages.credit_lines import CreditSum, credit_sum
from api.pages.intervals import believed
from api.pages.ledgers import KINDS
from api.pages.wording import Wording, wording
from api.pages.worths import (
    TRIPLE,
    WorthLine,
    kind_of,
    learned_of,
    left_of_triple,
    ratio_of,
    world_titles,
    worth_line,
)
from api.source_answers import ReliabilityAnswer, SourceName, SourceStanding
from api.sources import reliability_answer, source_detail
from api.words import day_in_words, percent
from data.facts import read_questions
from forecasts.worth import CLAIMED_RATIOS


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """What becomes of a claim of one strength, grade by grade."""

    heading: str
    lines: tuple[WorthLine, ...]


@dataclass(frozen=True, slots=True)
class StandingPart:
    """What a source is worth in one world, and the facts beside it."""

    title: Wording | None
    sentences: tuple[str, ...]
    learned: str
    is_learned: bool
    claims: tuple[ClaimPart, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record of a source, and the questions on which it bears."""

    id: str
    published: str
    fact: Wording
    kind: str
    grade: str
    questions: tuple[tuple[str, Wording], ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """All that is known of one source."""

    id: str
    title: Wording
    kind: str
    standings: tuple[StandingPart, ...]
    credit: CreditSum | None
    earned: str
    is_waiting: bool
    records: tuple[RecordLine, ...]


def source_page(
    instance: Instance, source: str, language: str, credits_found: list[dict[str, Any]] | None
) -> SourcePage:
    """Gather the page of one source.

    Args:
        credits_found: of all questions; None where they are still being computed.

    Raises:
        UnknownSource: there is none of this id.
    """
    timelines = instance.writer.timelines
    with instance.database.read() as connection:
        detail = source_detail(connection, timelines, source)
        worlds = world_titles(connection, language)
        landed = {
            standing.world: reliability_answer(connection, timelines, standing.world)
            for standing in detail.worlds
        }
        records = _record_lines(connection, detail.newest, language)
        credit = (
            credit_sum(connection, credits_found, "source", source, language)
            if credits_found is not None
            else None
        )
    titles = worlds if len(worlds) > 1 else {}
    return SourcePage(
        id=source,
        title=wording(detail.title, language),
        kind=kind_of(detail, language),
        standings=tuple(
            _standing_part(detail, standing, landed[standing.world], titles, language)
            for standing in detail.worlds
        ),
        credit=credit,
        earned=_earned(credit, language) if credit and credit.records else "",
        is_waiting=credits_found is None and bool(detail.worlds),
        records=records,
    )


def _earned(credit: CreditSum, language: str) -> str:
    """Say whether what a source said helped, on questions whose outcome is known."""
    words = translate(
        "On questions with an outcome, what it said moved the forecast towards what happened "
        "{gained} times and away from it {lost} times: {final} bits in all. On open questions it "
        "stands at {provisional} bits so far, which will move.",
        language,
    )
    return words.format(
        gained=credit.gained, lost=credit.lost, final=credit.final, provisional=credit.provisional
    )


def _standing_part(
    name: SourceName,
    standing: SourceStanding,
    learned: ReliabilityAnswer,
    titles: Mapping[str, Wording],
    language: str,
) -> StandingPart:
    """Say what a source is worth in one world."""
    headings = {
        3.0: translate("What is left of a claim that would triple the odds", language),
        10.0: translate("What is left of a claim that would make them ten times as high", language),
    }
    return StandingPart(
        title=titles.get(standing.world),
        sentences=_sentences(name, standing, language),
        learned=learned_of(learned, language),
        is_learned=learned.fit is not None,
        claims=tuple(
            ClaimPart(
                headings[claimed],
                tuple(worth_line(line, claimed, language) for line in standing.grades),
            )
            for claimed in CLAIMED_RATIOS
        ),
        facts=_facts(standing, language),
    )


def _sentences(name: SourceName, standing: SourceStanding, language: str) -> tuple[str, ...]:
    """Say in plain words what a source's word is worth."""
    commonest = standing.grades[0]
    sentences = [left_of_triple(name, commonest, language)]
    before, after = believed(commonest, TRIPLE)
    if after is not None:
        words = translate("Before anything was learned it was {before}.", language)
        sentences.append(words.format(before=ratio_of(before, language)))
    chance = (commonest.after or commonest.before).chance_negative
    words = translate(
        "The chance that its word misleads, so that the opposite is likelier, is {chance}.",
        language,
    )
    sentences.append(words.format(chance=percent(chance, language)))
    return tuple(sentences)


def _facts(standing: SourceStanding, language: str) -> tuple[tuple[str, str], ...]:
    """Give the facts beside a source's worth: they describe, and enter no forecast."""
    graded = translate("{count} of grade {grade}", language)
    grades = [graded.format(count=line.records, grade=line.grade) for line in standing.grades]
    right = translate("{right} of {claims}", language)
    return (
        (translate("Records", language), f"{standing.records} ({' · '.join(grades)})"),
        (translate("On a known outcome", language), str(standing.records_with_outcome)),
        (translate("Came in time to teach", language), str(standing.teaching_records)),
        (
            translate("Pointed the right way", language),
            right.format(right=standing.claims_right, claims=standing.claims_with_outcome)
            if standing.claims_with_outcome
            else "–",
        ),
    )


def _record_lines(
    connection: Connection, records: Sequence[EvidenceAnswer], language: str
) -> tuple[RecordLine, ...]:
    """Give a source's records with the questions on which each bears."""
    names = {stance.question for found in records for stance in found.record.stances}
    questions = read_questions(connection, sorted(names))
    titles = {name: wording(written.title, language) for name, (_, written) in questions.items()}
    return tuple(
        RecordLine(
            id=found.id,
            published=day_in_words(found.record.published, language),
            fact=wording(found.record.fact, language),
            kind=translate(KINDS[found.record.kind], language),
            grade=found.record.grade,
            questions=tuple(
                (name, titles[name])
                for name in dict.fromkeys(stance.question for stance in found.record.stances)
            ),
        )
        for found in records
    )
