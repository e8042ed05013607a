"""Stories: entries of the ledger told in words, as feeds have them."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from api.comparisons import chances_apart
from api.language import translate
from api.push.answers import PushedMovement
from api.push.events import Told, tell
from api.words import (
    WORTH_SAYING,
    bits_in_words,
    day_in_words,
    in_language,
    outcome_in_words,
    percent,
    value,
    with_unit,
)
from data.facts import read_evidence_row, read_questions, written_record
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.ledger import Entry
from data.news import first_hash, newest_entries, newest_entries_of

#: Stories of a feed, and movements that one tells.
MOST_STORIES, MOST_SENTENCES = 50, 5
_MOVED = "{before} → {after} ({bits} bits): {question}"
_OPENED = "Opened at {after}: {question}"


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, in words; `page` is where a person reads on."""

    id: str
    title: str
    sentences: tuple[str, ...]
    at: str
    page: str


def newest_stories(
    connection: Connection, question: str | None, now: float, language: str
) -> list[Story]:
    """Tell what opened, moved or ended questions, newest first."""
    if question is None:
        entries = newest_entries(connection, MOST_STORIES)
    else:
        entries = newest_entries_of(connection, question, MOST_STORIES)
    written = {name: words for name, (_, words) in read_questions(connection).items()}
    ledger = first_hash(connection)
    told = tell(connection, entries, now)
    return [
        _story(connection, entry, event, written, question, f"{ledger}/{entry.seq}", language)
        for entry, event in zip(entries, told, strict=True)
    ]


def feed_id(connection: Connection, question: str) -> str:
    """Give the id of a feed, which is the same wherever this ledger is served."""
    return uuid5(NAMESPACE_URL, f"{first_hash(connection)}/feed/{question}").urn


def _story(
    connection: Connection,
    entry: Entry,
    told: Told,
    written: dict[str, QuestionFormat],
    question: str | None,
    name: str,
    language: str,
) -> Story:
    """Tell one entry."""
    moved = [
        movement
        for movement in told.movements
        if movement.question == question or (question is None and abs(movement.bits) > WORTH_SAYING)
    ]
    sentences = [_sentence(m, written[m.question], language) for m in moved[:MOST_SENTENCES]]
    lead = _lead(entry, written, language)
    place = question or next(iter([*told.event.questions, *(m.question for m in moved)]), None)
    return Story(
        id=uuid5(NAMESPACE_URL, name).urn,
        title=_title(connection, entry, written, language),
        sentences=(*([lead] if lead else ()), *sentences),
        at=entry.recorded_at,
        page=f"/questions/{place}" if place else "/questions",
    )


def _title(
    connection: Connection, entry: Entry, written: dict[str, QuestionFormat], language: str
) -> str:
    """Say in a line what an entry is."""
    content = entry.content
    match entry.kind:
        case "evidence" | "retraction":
            name = content["id"] if entry.kind == "evidence" else content["evidence"]
            fact = in_language(written_record(read_evidence_row(connection, name)).fact, language)
            if entry.kind == "evidence":
                return fact
            return translate("Taken back: {fact}", language).format(fact=fact)
        case "question":
            asked = written[content["question"]["id"]]
            words = translate("New question: {question}", language)
            return words.format(question=in_language(asked.title, language))
        case "resolution":
            outcome = ResolutionFormat.model_validate(content["resolution"])
            asked = written[outcome.question]
            return translate("{question} Outcome: {outcome}", language).format(
                question=in_language(asked.title, language),
                outcome=outcome_in_words(outcome, asked, language),
            )
        case _:
            return translate("The worth of sources was learned anew.", language)


def _lead(entry: Entry, written: dict[str, QuestionFormat], language: str) -> str | None:
    """Give what comes before the movements: what is asked, or why an outcome holds."""
    content = entry.content
    if entry.kind == "question":
        return in_language(written[content["question"]["id"]].criteria, language)
    if entry.kind == "resolution":
        outcome = ResolutionFormat.model_validate(content["resolution"])
        return in_language(outcome.basis, language)
    return None


def _sentence(movement: PushedMovement, asked: QuestionFormat, language: str) -> str:
    """Say how one forecast moved."""
    title = in_language(asked.title, language)
    if movement.option is not None:
        titles = {choice.id: in_language(choice.title, language) for choice in asked.choices}
        title = f"{title} {titles.get(movement.option, movement.option)}"
    text = _OPENED if movement.before is None and asked.type != "date" else _MOVED
    before, after = (
        _in_words(amount, asked, language) for amount in (movement.before, movement.after)
    )
    if before == after and asked.range is None:
        before, after = _apart(movement, language) or (before, after)
    return translate(text, language).format(
        question=title, before=before, after=after, bits=bits_in_words(movement.bits)
    )


def _apart(movement: PushedMovement, language: str) -> tuple[str, str] | None:
    """Write two chances so that it shows that they differ; None where they are no chances."""
    if isinstance(movement.before, float) and isinstance(movement.after, float):
        return chances_apart(movement.before, movement.after, language)
    return None


def _in_words(amount: float | str | None, asked: QuestionFormat, language: str) -> str:
    """Write a probability, a number with its unit, or a day."""
    if asked.type == "date":
        never = translate("later or never", language)
        return never if amount is None else day_in_words(str(amount), language)
    if amount is None or isinstance(amount, str):
        return translate("beyond the range", language)
    if asked.range is not None:
        return with_unit(value(amount, language), asked, language)
    return percent(amount, language)
