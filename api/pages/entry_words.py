"""Entries of the ledger in words: what each is, who acted, and what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from api.language import translate
from api.pages.wording import Wording, wording
from api.words import in_language, outcome_in_words
from data.facts import read_questions, written_record
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.ledger import Entry, EntryKind
from data.tables import EVIDENCE, FORECASTS

KIND_WORDS: dict[EntryKind, str] = {
    "bank": "bank",
    "question": "question",
    "amendment": "amendment",
    "proposal": "proposal",
    "evidence": "evidence",
    "retraction": "retraction",
    "dispute": "dispute",
    "ruling": "ruling",
    "forecast": "forecast",
    "withdrawal": "withdrawal",
    "sign_off": "sign-off",
    "resolution": "outcome",
    "scenario": "scenario",
    "fit": "fit",
}
#: What stands in for the words of an entry that is in no one's language.
_LEADS: dict[EntryKind, str] = {
    "amendment": "Said anew: {title}",
    "retraction": "Taken back: {title}",
    "dispute": "Disputed: {title}",
    "ruling": "Ruled on: {title}",
    "forecast": "Forecast of: {title}",
    "withdrawal": "Forecast taken back: {title}",
    "sign_off": "Leave to resolve, though with a stake: {title}",
    "proposal": "Proposed: {title}",
}
#: Where the words of an entry stand in its body.
_HELD: dict[EntryKind, tuple[str, str]] = {
    "bank": ("bank", "title"),
    "evidence": ("record", "fact"),
    "proposal": ("question", "title"),
    "scenario": ("scenario", "title"),
}
_WHO = ("submitter", "forecaster", "author", "resolver", "admin", "actor")


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What an entry says.

    Attributes:
        words: a line.
        who: id of who acted; empty where none did.
        questions: ids of what it is about.
        address: where its subject is shown; None where it has no page.
    """

    words: Wording
    who: str
    questions: tuple[str, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Subjects:
    """What entries speak of: questions and records by id, and of forecasts their questions."""

    questions: Mapping[str, QuestionFormat]
    facts: Mapping[str, Bilingual]
    stances: Mapping[str, tuple[str, ...]]
    forecasts: Mapping[str, str]


def subjects_of(connection: Connection, entries: Sequence[Entry]) -> Subjects:
    """Read what some entries speak of."""
    contents = [(entry.kind, entry.content) for entry in entries]
    named = [
        str(content["evidence"])
        for kind, content in contents
        if kind in ("retraction", "dispute", "ruling") and "evidence" in content
    ]
    rows = connection.execute(
        select(EVIDENCE.c.id, EVIDENCE.c.body).where(EVIDENCE.c.id.in_(named))
    )
    records = {row.id: written_record(row) for row in rows}
    taken = [str(content["forecast"]) for kind, content in contents if kind == "withdrawal"]
    forecasts = select(FORECASTS.c.id, FORECASTS.c.question).where(FORECASTS.c.id.in_(taken))
    of_forecasts = {row.id: row.question for row in connection.execute(forecasts)}
    stances = {
        name: tuple(dict.fromkeys(stance.question for stance in record.stances))
        for name, record in records.items()
    }
    about = [question for kind, content in contents for question in _named(kind, content)]
    about += [*of_forecasts.values(), *(q for some in stances.values() for q in some)]
    questions = {name: words for name, (_, words) in read_questions(connection, about).items()}
    facts = {name: record.fact for name, record in records.items()}
    return Subjects(questions, facts, stances, of_forecasts)


def entry_words(entry: Entry, subjects: Subjects, language: str) -> EntryWords:
    """Say what an entry is."""
    content = entry.content
    questions = _questions(entry.kind, content, subjects)
    words = _words(entry.kind, content, questions, subjects, language)
    lead = _LEADS.get(entry.kind)
    if lead:
        text = translate(lead, language).format(title=words.text)
        words = Wording(text, language)
    who = next((str(content[name]) for name in _WHO if name in content), "")
    return EntryWords(
        words=words,
        who=who or str(content.get("bank", {}).get("curator", "")),
        questions=questions,
        address=_address(entry.kind, content, questions),
    )


def withheld_words(language: str) -> EntryWords:
    """Say that an entry is a forecast whose question hides it for now."""
    text = translate("A forecast that its question hides for now.", language)
    return EntryWords(Wording(text, language), "", (), None)


def _named(kind: EntryKind, content: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the questions that the body of an entry names itself."""
    match kind:
        case "evidence":
            stances = content["record"].get("stances", ())
            return tuple(dict.fromkeys(str(stance["question"]) for stance in stances))
        case "question":
            return (str(content["question"]["id"]),)
        case "amendment" | "sign_off":
            return (str(content["question"]),)
        case "resolution" | "forecast":
            return (str(content[kind]["question"]),)
    return ()


def _questions(kind: EntryKind, content: Mapping[str, Any], subjects: Subjects) -> tuple[str, ...]:
    """Give the questions that an entry is about."""
    if kind in ("retraction", "dispute", "ruling"):
        return subjects.stances.get(str(content.get("evidence")), ())
    if kind == "withdrawal":
        question = subjects.forecasts.get(str(content["forecast"]))
        return (question,) if question else ()
    return tuple(name for name in _named(kind, content) if name in subjects.questions)


def _words(
    kind: EntryKind,
    content: Mapping[str, Any],
    questions: Sequence[str],
    subjects: Subjects,
    language: str,
) -> Wording:
    """Give the words that an entry holds, or those of what it is about."""
    if kind in _HELD:
        part, name = _HELD[kind]
        return wording(Bilingual.model_validate(content[part][name]), language)
    if kind == "fit":
        return Wording(translate("The worth of sources was learned anew.", language), language)
    if kind == "resolution" and questions:
        return _outcome(content, subjects.questions[questions[0]], language)
    fact = subjects.facts.get(str(content.get("evidence")))
    if fact or questions:
        return wording(fact or subjects.questions[questions[0]].title, language)
    return Wording(str(content.get("proposal") or content.get("id") or ""), "en")


def _outcome(content: Mapping[str, Any], asked: QuestionFormat, language: str) -> Wording:
    """Say what happened."""
    outcome = ResolutionFormat.model_validate(content["resolution"])
    text = translate("{question} Outcome: {outcome}", language).format(
        question=in_language(asked.title, language),
        outcome=outcome_in_words(outcome, asked, language),
    )
    return Wording(text, language)


def _address(kind: EntryKind, content: Mapping[str, Any], questions: Sequence[str]) -> str | None:
    """Give the page on which the subject of an entry is shown."""
    match kind:
        case "bank":
            return "/"
        case "scenario":
            return f"/scenarios/{content['scenario']['id']}"
        case "fit":
            return "/sources"
        case "evidence" | "retraction" | "dispute" | "ruling" if questions:
            name = content["id"] if kind == "evidence" else content["evidence"]
            return f"/questions/{questions[0]}#ev-{name}"
    return f"/questions/{questions[0]}" if questions else None
