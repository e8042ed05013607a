"""What a question was asked under: criteria, prior, loadings, and how it came out."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.language import translate
from api.pages.wording import Wording, wording
from api.words import day_in_words, in_language, outcome_in_words, percent, value
from data.facts import read_question
from data.formats.banks import WorldFormat
from data.formats.base import Bilingual
from data.formats.questions import Prior, QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.tables import WORLDS

_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and its text."""

    heading: str
    text: Wording


@dataclass(frozen=True, slots=True)
class LoadingLine:
    """How a question hangs on one driver."""

    driver: Wording
    option: str
    weight: str
    sign: str
    reason: Wording


@dataclass(frozen=True, slots=True)
class PriorPart:
    """What was thought before any record, and why."""

    rows: tuple[Fact, ...]
    note: str
    reference_class: Wording
    reason: Wording


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """How a question came out."""

    outcome: str
    basis: Wording
    days: tuple[Fact, ...]
    sources: tuple["Reference", ...]
    doubt: str
    supersedes: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A source by name, with a link where it is one."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class CurvePart:
    """On which curve a question is read, where it has not one of its own kind."""

    sentence: str
    question: str
    title: Wording | None


@dataclass(frozen=True, slots=True)
class Terms:
    """All that was settled when a question was asked."""

    passages: tuple[Passage, ...]
    days: tuple[Fact, ...]
    sources: tuple[Reference, ...]
    curve: CurvePart | None
    prior: PriorPart | None
    loadings: tuple[LoadingLine, ...]


def terms_of(connection: Connection, world: str, written: QuestionFormat, language: str) -> Terms:
    """Give the terms of a question in a reader's language."""
    texts = (
        ("What counts", written.criteria),
        ("Fine print", written.fine_print),
        ("Background", written.background),
    )
    days = (("Opens", written.opens), ("Closes", written.closes), ("Resolves", written.resolves))
    return Terms(
        passages=tuple(
            Passage(translate(heading, language), wording(text, language))
            for heading, text in texts
            if text is not None
        ),
        days=tuple(
            Fact(translate(label, language), day_in_words(day.isoformat(), language))
            for label, day in days
        ),
        sources=references(written.resolution_sources),
        curve=_curve(connection, written, language),
        prior=_prior(written, written.prior, language) if written.prior else None,
        loadings=_loadings(connection, world, written, language),
    )


def outcome_part(
    resolution: ResolutionFormat, written: QuestionFormat, language: str
) -> OutcomePart:
    """Give the outcome of a question with its grounds."""
    days = (("Fixed on", resolution.resolved_at), ("Known by", resolution.known_by))
    return OutcomePart(
        outcome=outcome_in_words(resolution, written, language),
        basis=wording(resolution.basis, language),
        days=tuple(
            Fact(translate(label, language), day_in_words(day.isoformat(), language))
            for label, day in days
        ),
        sources=references(resolution.sources),
        doubt=resolution.doubt or "",
        supersedes=resolution.supersedes_reason or "",
    )


def references(sources: tuple[str, ...]) -> tuple[Reference, ...]:
    """Give sources, as links where they are web addresses."""
    return tuple(
        Reference(source, source.split()[0] if source.startswith(_WEB) else None)
        for source in sources
    )


def _curve(connection: Connection, written: QuestionFormat, language: str) -> CurvePart | None:
    """Say which curve a derived question or an event reads."""
    if written.derived_from is None:
        if not written.event:
            return None
        sentence = translate(
            "This is an event: its forecast is the chance that its day comes by the close, read "
            "off a curve of days, so that it falls by itself while time passes without it.",
            language,
        )
        return CurvePart(sentence, "", None)
    derived = written.derived_from
    _, other = read_question(connection, derived.question)
    if derived.by is not None:
        words = translate("Yes if this comes by {day}; it is read off the same curve:", language)
        sentence = words.format(day=day_in_words(derived.by.isoformat(), language))
    else:
        words = translate("Yes if this is at least {number}; read off the same curve:", language)
        sentence = words.format(number=value(derived.at_least, language))
    return CurvePart(sentence, derived.question, wording(other.title, language))


def _prior(written: QuestionFormat, prior: Prior, language: str) -> PriorPart:
    """Give the prior as its author gave it."""
    titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
    rows = []
    if prior.base_rate is not None:
        words = translate("{happened} of {cases}", language)
        counts = words.format(happened=prior.base_rate.happened, cases=prior.base_rate.of)
        rows.append(Fact(translate("Base rate", language), counts))
    if prior.opening_probability is not None:
        rows.append(Fact(translate("Yes", language), percent(prior.opening_probability, language)))
    for option, chance in (prior.probabilities or {}).items():
        rows.append(Fact(titles[option], percent(chance, language)))
    rows += _quantiles(written, prior, language)
    if prior.after_close is not None:
        label = translate("later or never", language)
        rows.append(Fact(label, percent(prior.after_close, language)))
    if prior.never:
        rows.append(Fact(translate("never at all", language), percent(prior.never, language)))
    note = translate("What was thought before any record of evidence, as of {day}.", language)
    return PriorPart(
        rows=tuple(rows),
        note=note.format(day=day_in_words(prior.as_of.isoformat(), language)),
        reference_class=wording(prior.reference_class, language),
        reason=wording(prior.reason, language),
    )


def _quantiles(written: QuestionFormat, prior: Prior, language: str) -> list[Fact]:
    """Give the quantiles of a prior: below each of them lies so much of it."""
    unit = f" {in_language(written.range.unit, language)}" if written.range else ""
    words = translate("{percent} below", language)
    if written.type == "date":
        words = translate("{percent} by", language)
    rows = []
    for level, amount in (prior.quantiles or {}).items():
        plain = amount if isinstance(amount, float | int) else amount.isoformat()
        shown = f"{value(plain, language)}{unit}"
        rows.append(Fact(words.format(percent=percent(int(level) / 100, language)), shown))
    return rows


def _loadings(
    connection: Connection, world: str, written: QuestionFormat, language: str
) -> tuple[LoadingLine, ...]:
    """Give the drivers that a question hangs on."""
    drivers = _driver_titles(connection, world)
    titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
    return tuple(
        LoadingLine(
            driver=wording(drivers[loading.driver], language),
            option=titles.get(loading.choice or "", ""),
            weight=f"{loading.weight:+.2f}".replace("-", "\N{MINUS SIGN}"),
            sign="up" if loading.weight > 0 else "down",
            reason=wording(loading.reason, language),
        )
        for loading in written.loadings
    )


def _driver_titles(connection: Connection, world: str) -> Mapping[str, Bilingual]:
    """Read what a world calls its drivers."""
    row = connection.execute(select(WORLDS.c.body).where(WORLDS.c.id == world)).one()
    found = WorldFormat.model_validate_json(row.body)
    return {driver.id: driver.title for driver in found.drivers}
