"""The evidence of one question, as rows: what each record said, and how far it moved it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, select

from api.language import translate
from api.pages.series import Moved
from api.pages.wording import Wording, wording
from api.words import bits_in_words, day_in_words, in_language, in_short
from data.evidence_queries import EvidenceFilters, evidence_rows
from data.evidence_states import evidence_columns
from data.facts import read_questions, written_record
from data.formats.banks import Source
from data.formats.evidence import EvidenceFormat
from data.sources import named_sources
from data.standing import ALWAYS
from data.tables import EVIDENCE
from forecasts.times import day_of

#: A bar of bits is full at so many.
_FULL_BAR = 1.0
#: So many records are named that moved a question only through the drivers.
_MOST_INDIRECT = 5
#: Longer facts are folded.
_LONG = 600
#: How a dispute about a record stands.
DISPUTES = {
    "waiting": "disputed, awaits a ruling",
    "upheld": "a dispute was upheld",
    "rejected": "a dispute was rejected",
}
KINDS = {"fact": "fact", "report": "report", "rumour": "rumour"}


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A record, as far as it concerns one question."""

    id: str
    published: str
    fact: Wording
    note: Wording | None
    bits: str
    sign: str
    bar: str
    has_marker: bool
    source: str
    source_title: str
    grade: str
    kind: str
    submitter: str
    url: str | None
    site: str
    retracted: str
    disputed: str
    is_replayed: bool

    @property
    def fact_in_short(self) -> str:
        """Its fact, in a few lines at most."""
        return in_short(self.fact.text)

    @property
    def is_long(self) -> bool:
        """Whether a reader had better ask for all of it."""
        return len(self.fact.text) > _LONG


@dataclass(frozen=True, slots=True)
class IndirectLine:
    """A record about another question, that moved this one through what they share."""

    published: str
    fact: Wording
    bits: str
    sign: str
    question: str
    question_title: Wording


def evidence_lines(
    connection: Connection,
    question: str,
    moves: Sequence[Moved],
    language: str,
    at: float = ALWAYS,
) -> tuple[EvidenceLine, ...]:
    """Give every record that bears on a question or on the curve that it reads, newest first.

    Args:
        at: as it stood at this instant.
    """
    bits = _bits(move for move in moves if move.is_marked)
    filters = EvidenceFilters(question=question)
    rows = {row.id: row for row in evidence_rows(connection, filters, at=at)}
    others = [record for record in bits if record not in rows]
    rows |= {row.id: row for row in _rows(connection, others, at)}
    sources = named_sources(connection)
    ordered = sorted(rows.values(), key=lambda row: -row.seq)
    return tuple(_line(row, bits.get(row.id), sources, language, at) for row in ordered)


def indirect_lines(
    connection: Connection, moves: Sequence[Moved], language: str
) -> tuple[IndirectLine, ...]:
    """Give the records that moved a question most through the drivers alone."""
    through = (move for move in moves if move.step.cause == "evidence" and not move.step.direct)
    bits = _bits(through)
    strongest = sorted(bits, key=lambda record: -abs(bits[record]))[:_MOST_INDIRECT]
    rows = {row.id: row for row in _rows(connection, strongest)}
    records = {name: written_record(rows[name]) for name in strongest}
    about = {name: record.stances[0].question for name, record in records.items()}
    titles = read_questions(connection, list(about.values()))
    return tuple(
        IndirectLine(
            published=day_in_words(record.published, language),
            fact=wording(record.fact, language),
            bits=bits_in_words(bits[name]),
            sign=sign_of(bits[name]),
            question=about[name],
            question_title=wording(titles[about[name]][1].title, language),
        )
        for name, record in records.items()
    )


def sign_of(bits: float | None) -> str:
    """Say which way a record moved a question."""
    if bits is None or bits_in_words(bits) == "0.00":
        return "none"
    return "up" if bits > 0 else "down"


def _bits(moves: Any) -> dict[str, float]:
    """Add up how far each record moved the question."""
    total: dict[str, float] = defaultdict(float)
    for move in moves:
        total[move.step.cause_id] += move.step.bits
    return dict(total)


def _rows(connection: Connection, records: Sequence[str], at: float = ALWAYS) -> list[Row[Any]]:
    """Read some records as they stood."""
    if not records:
        return []
    query = select(*evidence_columns(at)).where(EVIDENCE.c.id.in_(records))
    return list(connection.execute(query).all())


def _line(
    row: Row[Any], bits: float | None, sources: Mapping[str, Source], language: str, at: float
) -> EvidenceLine:
    """Give one record's line."""
    record = written_record(row)
    named = sources.get(record.source)
    full = min(abs(bits or 0.0) / _FULL_BAR, 1.0)
    return EvidenceLine(
        id=row.id,
        published=day_in_words(record.published, language),
        fact=wording(record.fact, language),
        note=wording(record.note, language) if record.note else None,
        bits=bits_in_words(bits) if bits is not None else "–",
        sign=sign_of(bits),
        bar=f"{100 * full:.0f}%",
        has_marker=bits is not None,
        source=record.source,
        source_title=in_language(named.title, language) if named else record.source,
        grade=record.grade,
        kind=translate(KINDS[record.kind], language),
        submitter=row.submitter,
        url=record.url,
        site=_site(record),
        retracted=_retracted(row, language, at),
        disputed=translate(DISPUTES[row.disputed], language) if row.disputed else "",
        is_replayed=bool(row.replayed),
    )


def _site(record: EvidenceFormat) -> str:
    """Give the name of the site that a record links to."""
    return urlsplit(record.url).hostname or "" if record.url else ""


def _retracted(row: Row[Any], language: str, at: float) -> str:
    """Say when a record was taken back; empty where it was not."""
    if row.retracted_at is None or row.retracted_at > at:
        return ""
    day = day_in_words(day_of(row.retracted_at).isoformat(), language)
    return translate("taken back on {day}", language).format(day=day)
