"""The first page: the document, its world in one look, what moved and why, what comes next."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from babel.numbers import format_decimal
from sqlalchemy import Connection, Row, func, select

from api.drivers import driver_answers
from api.instance import Instance
from api.language import translate
from api.pages.attention import Told, most_telling
from api.pages.drawing import Drawings
from api.pages.listing import WEEK, QuestionLine, question_line
from api.pages.network import Network, network
from api.pages.wording import Wording, wording
from api.reasons import why_it_moved
from api.standings import question_answer
from api.words import day_in_words, percent
from data.facts import read_questions
from data.formats.banks import BankFormat, Claim, WorldFormat
from data.formats.questions import QuestionFormat
from data.halfway import halfway_forecasts
from data.ledger import read_checkpoint
from data.moves import newest_step
from data.question_queries import QuestionFilters, count_questions, question_rows
from data.sources import read_banks
from data.standing import history_page
from data.tables import EVIDENCE, WORLDS
from forecasts.scoring import brier_score

#: Bits in a week below which nothing moved that is worth a place on the first page.
_MOVED = 0.02
#: Questions that moved, that close soon, and that are worth watching: so many of each.
_MOST_MOVED, _MOST_CLOSING, _MOST_WATCHED = 3, 5, 3
#: Steps of a week that are read at most: one a day, and one for each record.
_STEPS = 400


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim of a document, and how many questions are drawn from it."""

    id: str
    words: Wording
    questions: int


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document, and what it claims: claims with questions, and how many there are in all."""

    title: Wording
    world: Wording
    about: str
    claims: tuple[ClaimLine, ...]
    all_claims: int


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A question that moved, and why."""

    line: QuestionLine
    why: str


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A question whose outcome would tell much."""

    id: str
    title: Wording
    bits: str
    about: str
    about_title: Wording
    about_bits: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page: `record` says how past forecasts came out, where some have."""

    documents: tuple[DocumentPart, ...]
    networks: tuple[Network, ...]
    moved: tuple[MovedLine, ...]
    closing: tuple[QuestionLine, ...]
    watch: tuple[WatchLine, ...]
    numbers: tuple[tuple[str, str, str], ...]
    record: str


def home_page(instance: Instance, drawings: Drawings, language: str) -> HomePage:
    """Gather the first page."""
    now = instance.clock_instant()
    with instance.database.read() as connection:
        rows = question_rows(connection, now, QuestionFilters(status="open"))
        return HomePage(
            documents=_documents(connection, now, language),
            networks=_networks(instance, connection, rows, language),
            moved=_moved(connection, drawings, now, language),
            closing=_closing(connection, drawings, now, language),
            watch=_watch(instance, connection, drawings, language),
            numbers=_numbers(connection, now, language),
            record=_record(connection, language),
        )


def _documents(connection: Connection, now: float, language: str) -> tuple[DocumentPart, ...]:
    """Give the documents with the claims that questions are drawn from."""
    drawn: dict[tuple[str, str], int] = {}
    for row in question_rows(connection, now):
        for claim in json.loads(row.body).get("claims", ()):
            drawn[row.world, claim] = drawn.get((row.world, claim), 0) + 1
    parts = []
    for row in read_banks(connection):
        content = json.loads(row.body)
        written = BankFormat.model_validate(content["bank"])
        claims = [Claim.model_validate(claim) for claim in content["claims"]]
        lines = [
            ClaimLine(c.id, wording(c.paraphrase, language), drawn.get((written.world.id, c.id), 0))
            for c in claims
        ]
        about = translate("written {day}, {count} characters.", language).format(
            day=day_in_words(written.document.written, language),
            count=format_decimal(written.document.characters, locale=language),
        )
        title, world = (wording(t.title, language) for t in (written.document, written.world))
        asked = tuple(line for line in lines if line.questions)
        parts.append(DocumentPart(title, world, about, asked, len(claims)))
    return tuple(parts)


def _networks(
    instance: Instance, connection: Connection, rows: list[Row[Any]], language: str
) -> tuple[Network, ...]:
    """Draw every world that has open questions."""
    drawn = []
    for world in connection.execute(select(WORLDS).order_by(WORLDS.c.seq)):
        written = WorldFormat.model_validate_json(world.body)
        own = [row for row in rows if row.world == world.id]
        curves = {
            row.id: QuestionFormat.model_validate_json(row.parent_body or row.body) for row in own
        }
        if own:
            drivers = driver_answers(written, instance.writer.timelines[world.id])
            title = wording(written.title, language)
            answers = [question_answer(row) for row in own]
            drawn.append(network(title, drivers, answers, curves, language))
    return tuple(drawn)


def _moved(
    connection: Connection, drawings: Drawings, now: float, language: str
) -> tuple[MovedLine, ...]:
    """Give what moved most in a week, with the sentence why."""
    filters = QuestionFilters(status="open", moved=_MOVED)
    lines = []
    for row in question_rows(connection, now, filters, "-moved", limit=_MOST_MOVED):
        newest = history_page(connection, row.id, _STEPS, newest_first=True)
        before = next((n for n, s in enumerate(newest) if s.at <= now - WEEK), len(newest) - 1)
        written = QuestionFormat.model_validate_json(row.body)
        why = why_it_moved(connection, written, newest[before::-1], language)
        lines.append(MovedLine(question_line(connection, row, now, drawings, language), why))
    return tuple(lines)


def _closing(
    connection: Connection, drawings: Drawings, now: float, language: str
) -> tuple[QuestionLine, ...]:
    """Give what closes soon."""
    open_ = QuestionFilters(status="open")
    rows = question_rows(connection, now, open_, "soon", limit=_MOST_CLOSING)
    return tuple(question_line(connection, row, now, drawings, language) for row in rows)


def _watch(
    instance: Instance, connection: Connection, drawings: Drawings, language: str
) -> tuple[WatchLine, ...]:
    """Give the questions whose outcomes would tell most of the others."""
    step, told = newest_step(connection), list[Told]()
    for name, timeline in instance.writer.timelines.items():
        found = drawings.get(("telling", name, step), partial(most_telling, timeline))
        told += found
    told = sorted(told, key=lambda one: -one.information)[:_MOST_WATCHED]
    asked = read_questions(connection, [name for t in told for name in (t.question, t.about)])
    titles = {name: wording(written.title, language) for name, (_, written) in asked.items()}
    return tuple(
        WatchLine(
            id=one.question,
            title=titles[one.question],
            bits=_small_bits(one.information, language),
            about=one.about,
            about_title=titles[one.about],
            about_bits=_small_bits(one.most, language),
        )
        for one in told
    )


def _small_bits(bits: float, language: str) -> str:
    """Write what an outcome is expected to tell: often thousandths of a bit."""
    return format_decimal(bits, "0.000" if bits < 1 else "0.0", locale=language)


def _numbers(connection: Connection, now: float, language: str) -> tuple[tuple[str, str, str], ...]:
    """Give how much there is: number, words and where it is listed."""
    records = connection.execute(select(func.count()).select_from(EVIDENCE)).scalar_one()
    counted = [
        (count_questions(connection, now, QuestionFilters()), "questions", "/questions"),
        (
            count_questions(connection, now, QuestionFilters(status="open")),
            "open",
            "/questions?status=open",
        ),
        (
            count_questions(connection, now, QuestionFilters(status="resolved")),
            "resolved",
            "/questions?status=resolved",
        ),
        (records, "records of evidence", "/ledger?kind=evidence"),
        (read_checkpoint(connection).entries, "entries in the ledger", "/ledger"),
    ]
    return tuple(
        (format_decimal(count, locale=language), translate(words, language), address)
        for count, words, address in counted
    )


def _record(connection: Connection, language: str) -> str:
    """Say how forecasts came out that stood halfway to the outcomes of yes-or-no questions."""
    rows = halfway_forecasts(connection)
    if not rows:
        return ""
    chances = np.array([row.probability for row in rows])
    outcomes = np.array([bool(row.outcome) for row in rows], float)
    words = translate(
        "Halfway to their outcomes, forecasts of {n} yes-or-no questions said {said} on average, "
        "and {came} came true ({share}). Their mean Brier score was {score}; 0 is perfect, and "
        "always saying 50% scores 0.25.",
        language,
    )
    return words.format(
        n=len(rows),
        said=percent(float(chances.mean()), language),
        came=int(outcomes.sum()),
        share=percent(float(outcomes.mean()), language),
        score=format_decimal(float(brier_score(chances, outcomes).mean()), "0.00", locale=language),
    )
