"""Published reports, into their tables and back; and what reports tell of questions and records."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from data.formats.base import Bilingual
from data.formats.evidence import EvidenceFormat
from data.formats.questions import QuestionFormat
from data.ledger import Entry, canonical_json
from data.report_tables import REPORT_FILES, REPORTS
from data.tables import EVIDENCE, FITS, LEDGER, QUESTION_VERSIONS, QUESTIONS, RESOLUTIONS, WORLDS
from forecasts.errors import Unknown
from forecasts.reports.values import Text
from forecasts.times import instant_of


class UnknownReport(Unknown):
    """There is no such report."""

    message = "There is no report of {quarter} here. `kizashi report list` shows which there are."


class UnknownReportFile(Unknown):
    """A report has no such file."""

    message = "This report has no {name}. It has: {names}."


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A report as it is about to be published: what it is, and its files.

    Attributes:
        body: headline, title and the like, as lists show it.
        files: bytes by name.
    """

    quarter: str
    edition: int
    entries: int
    hash: str
    body: dict[str, Any]
    files: dict[str, bytes]


def text_of(written: Bilingual) -> Text:
    """Give a text in both languages as the domain has it."""
    return Text(written.en, written.ja)


def save_report(connection: Connection, entry: Entry, at: float, files: dict[str, bytes]) -> None:
    """Keep an edition with its files."""
    content = entry.content
    row = {name: content[name] for name in ("id", "quarter", "edition")}
    row |= {name: content["checkpoint"][name] for name in ("entries", "hash")}
    row |= {"seq": entry.seq, "published_at": at, "body": canonical_json(content["shown"])}
    connection.execute(insert(REPORTS), row)
    hashes = content["files"]
    rows = [
        {"report": content["id"], "name": name, "sha256": hashes[name], "body": body}
        for name, body in files.items()
    ]
    connection.execute(insert(REPORT_FILES), rows)


def read_reports(
    connection: Connection, entries: int | None = None, quarter: str | None = None
) -> list[Row[Any]]:
    """Read editions, the oldest quarter and edition first.

    Args:
        entries: as of a ledger of so many; None: of all.
        quarter: only those of this one.
    """
    query = select(REPORTS).order_by(REPORTS.c.quarter, REPORTS.c.edition)
    if entries is not None:
        query = query.where(REPORTS.c.seq <= entries)
    if quarter is not None:
        query = query.where(REPORTS.c.quarter == quarter)
    return list(connection.execute(query))


def read_report(connection: Connection, quarter: str, edition: int | None = None) -> Row[Any]:
    """Read an edition of a quarter's report; the newest where none is named.

    Raises:
        UnknownReport: there is none.
    """
    rows = read_reports(connection, quarter=quarter)
    found = [row for row in rows if edition in (None, row.edition)]
    if not found:
        raise UnknownReport(quarter=quarter)
    return found[-1]


def read_file(connection: Connection, report: str, name: str) -> Row[Any]:
    """Read a file of a report.

    Raises:
        UnknownReportFile: it has none of this name.
    """
    which = (REPORT_FILES.c.report == report) & (REPORT_FILES.c.name == name)
    row = connection.execute(select(REPORT_FILES).where(which)).first()
    if row is None:
        names = ", ".join(one.name for one in read_file_names(connection, report))
        raise UnknownReportFile(name=name[:80], names=names)
    return row


def read_file_names(connection: Connection, report: str) -> list[Row[Any]]:
    """Read names, hashes and sizes of a report's files, by name."""
    size = func.length(REPORT_FILES.c.body).label("size")
    query = select(REPORT_FILES.c.name, REPORT_FILES.c.sha256, size)
    query = query.where(REPORT_FILES.c.report == report).order_by(REPORT_FILES.c.name)
    return list(connection.execute(query))


def read_file_of_hash(connection: Connection, sha256: str) -> Any | None:
    """Find a published file by the hash of its bytes, if there is one."""
    columns = (REPORT_FILES.c.report, REPORT_FILES.c.name)
    query = select(*columns).where(REPORT_FILES.c.sha256 == sha256)
    return connection.execute(query.limit(1)).first()


def written_questions_at(
    connection: Connection, entries: int
) -> dict[str, tuple[str, QuestionFormat]]:
    """Read questions in the words that a ledger of so many entries has, with their worlds."""
    query = (
        select(QUESTION_VERSIONS.c.question, QUESTIONS.c.world, QUESTION_VERSIONS.c.body)
        .join(QUESTIONS, QUESTIONS.c.id == QUESTION_VERSIONS.c.question)
        .where(QUESTION_VERSIONS.c.seq <= entries)
        .order_by(QUESTION_VERSIONS.c.question, QUESTION_VERSIONS.c.version)
    )
    return {
        row.question: (row.world, QuestionFormat.model_validate_json(row.body))
        for row in connection.execute(query)
    }


def replayed_questions(connection: Connection, entries: int) -> set[str]:
    """Read the questions whose outcome a bank dated back."""
    query = select(RESOLUTIONS.c.question).join(LEDGER, LEDGER.c.seq == RESOLUTIONS.c.seq)
    rows = connection.execute(query.where(LEDGER.c.replayed, LEDGER.c.seq <= entries))
    return set(rows.scalars())


def written_records(
    connection: Connection, names: set[str], entries: int
) -> dict[str, EvidenceFormat]:
    """Read some records of evidence, by id."""
    query = select(EVIDENCE.c.id, EVIDENCE.c.body).where(EVIDENCE.c.seq <= entries)
    return {
        row.id: EvidenceFormat.model_validate(json.loads(row.body))
        for row in connection.execute(query)
        if row.id in names
    }


def fits_landed(connection: Connection, entries: int, until: float) -> list[Row[Any]]:
    """Read which fits landed before an instant, oldest first, without their draws."""
    query = select(FITS.c.id, FITS.c.world, FITS.c.landed_at).order_by(FITS.c.seq)
    return list(connection.execute(query.where(FITS.c.seq <= entries, FITS.c.landed_at < until)))


def recorded_of(connection: Connection, entries: int) -> float:
    """Give the instant at which an entry of the ledger was recorded; 0 for none."""
    query = select(LEDGER.c.recorded_at).where(LEDGER.c.seq == entries)
    text: str | None = connection.execute(query).scalar()
    return instant_of(datetime.fromisoformat(text)) if text else 0.0


def first_live_instant(connection: Connection) -> float | None:
    """Give the instant of the first entry that no bank dated back; None where there is none."""
    query = select(func.min(LEDGER.c.recorded_at)).where(~LEDGER.c.replayed)
    text: str | None = connection.execute(query).scalar()
    return None if text is None else instant_of(datetime.fromisoformat(text))


def read_worlds(connection: Connection) -> list[str]:
    """Read the ids of all worlds."""
    return list(connection.execute(select(WORLDS.c.id).order_by(WORLDS.c.seq)).scalars())
