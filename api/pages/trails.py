"""What became of a question's words, outcome and records: versions, resolutions, disputes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from api.language import translate
from api.pages.ledgers import DISPUTES as STATES
from api.pages.story import Story
from api.pages.visits import Visit
from api.pages.wording import Wording, wording
from api.words import day_in_words, outcome_in_words
from data.formats.base import Bilingual
from data.formats.disputes import DisputeFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.proposals import read_versions
from data.resolution_queries import resolution_rows
from data.stakes import sign_offs_of
from data.tables import ACTORS, DISPUTES
from forecasts.times import day_of

#: The words of a question that a version may change.
_TEXTS = {
    "title": "Title",
    "criteria": "What counts",
    "fine_print": "Fine print",
    "background": "Background",
}
_ASKS = {
    "exclude": "asks that it should not count",
    "origin": "asks for another origin",
    "other": "asks for something else",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """A text before and after a version; None: there was none."""

    heading: str
    before: Wording | None
    after: Wording | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of the words, and what it changed."""

    number: int
    day: str
    author: str
    reason: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An outcome as it was recorded, also one that another has superseded."""

    day: str
    outcome: str
    resolver: str
    basis: Wording
    reason: str
    is_standing: bool


@dataclass(frozen=True, slots=True)
class SignOffLine:
    """Leave to resolve, given to who holds something on the question."""

    day: str
    resolver: str
    admin: str
    reason: str


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute about a record, and the ruling on it."""

    record: str
    day: str
    author: str
    asks: str
    reason: str
    state: str
    ruling: str


@dataclass(frozen=True, slots=True)
class Trail:
    """What became of a question."""

    versions: tuple[VersionLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    sign_offs: tuple[SignOffLine, ...]
    disputes: tuple[DisputeLine, ...]


def trail_of(connection: Connection, visit: Visit, story: Story) -> Trail:
    """Give the trail of a question, as of the moment of a visit."""
    at, question = visit.as_of, story.answer.id
    versions = [r for r in read_versions(connection, question) if r.recorded_at <= at.until]
    outcomes = resolution_rows(connection, question, at=at.until)
    leave = connection.execute(sign_offs_of(question)).all()
    sign_offs = [row for row in leave if row.recorded_at <= at.until]
    disputes = _disputes(connection, visit, [line.id for line in story.evidence])
    names = _names(connection, versions, outcomes, sign_offs, disputes)
    told = _Told(visit.language, visit.as_of.until, names)
    return Trail(
        versions=tuple(
            told.version(before, row)
            for before, row in zip([None, *versions], versions, strict=False)
        ),
        outcomes=tuple(
            told.outcome(row, story.answer.question, is_standing=row is outcomes[-1])
            for row in outcomes
        ),
        sign_offs=tuple(
            SignOffLine(told.day(r), told.name(r.resolver), told.name(r.admin), r.reason)
            for r in sign_offs
        ),
        disputes=tuple(told.dispute(row) for row in disputes),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Rows in words."""

    language: str
    at: float
    names: dict[str, str]

    def day(self, row: Row[Any]) -> str:
        """Write the day on which an entry was recorded."""
        return day_in_words(day_of(row.recorded_at).isoformat(), self.language)

    def name(self, actor: str) -> str:
        """Give somebody's name, or his id."""
        return self.names.get(actor) or actor

    def version(self, before: Row[Any] | None, row: Row[Any]) -> VersionLine:
        """Tell what a version changed."""
        changes: tuple[Changed, ...] = ()
        if before is not None:
            old, new = (QuestionFormat.model_validate_json(r.body) for r in (before, row))
            changes = tuple(
                Changed(
                    translate(heading, self.language),
                    self._text(getattr(old, name)),
                    self._text(getattr(new, name)),
                )
                for name, heading in _TEXTS.items()
                if getattr(old, name) != getattr(new, name)
            )
        return VersionLine(
            row.version, self.day(row), self.name(row.author), row.reason or "", changes
        )

    def outcome(self, row: Row[Any], asked: QuestionFormat, *, is_standing: bool) -> OutcomeLine:
        """Tell an outcome."""
        said = ResolutionFormat.model_validate_json(row.body)
        return OutcomeLine(
            day=self.day(row),
            outcome=outcome_in_words(said, asked, self.language),
            resolver=self.name(row.resolver),
            basis=wording(said.basis, self.language),
            reason=said.supersedes_reason or "",
            is_standing=is_standing,
        )

    def dispute(self, row: Row[Any]) -> DisputeLine:
        """Tell a dispute, and its ruling where that had come."""
        said = DisputeFormat.model_validate_json(row.body)
        is_ruled = row.ruled_at is not None and row.ruled_at <= self.at
        return DisputeLine(
            record=row.evidence,
            day=self.day(row),
            author=self.name(row.author),
            asks=translate(_ASKS[said.asks], self.language),
            reason=said.reason,
            state=translate(STATES[row.decision if is_ruled else "waiting"], self.language),
            ruling=row.ruling if is_ruled else "",
        )

    def _text(self, text: Bilingual | None) -> Wording | None:
        """Give a text in the reader's language."""
        return None if text is None else wording(text, self.language)


def _disputes(connection: Connection, visit: Visit, records: Sequence[str]) -> list[Row[Any]]:
    """Read the disputes about some records, oldest first."""
    query = select(DISPUTES).where(
        DISPUTES.c.evidence.in_(records), DISPUTES.c.recorded_at <= visit.as_of.until
    )
    return list(connection.execute(query.order_by(DISPUTES.c.seq)).all())


def _names(connection: Connection, *groups: Sequence[Row[Any]]) -> dict[str, str]:
    """Read the names of all who had a part in it, but of those who are forgotten."""
    fields = ("author", "resolver", "admin")
    ids = {getattr(row, f) for rows in groups for row in rows for f in fields if hasattr(row, f)}
    query = select(ACTORS.c.id, ACTORS.c.name).where(
        ACTORS.c.id.in_(ids), ACTORS.c.forgotten_at.is_(None)
    )
    return {row.id: row.name for row in connection.execute(query)}
