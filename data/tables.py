"""Tables of what the ledger holds. Times are days since 1970 (UTC); `seq` names an entry."""

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel


class LedgerRow(SQLModel, table=True):
    """One entry of the append-only, hash-chained ledger of inputs."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ledger_by_time", "recorded_at"),)

    seq: int = Field(primary_key=True)
    format: int
    kind: str
    recorded_at: str
    replayed: bool
    body: str
    previous: str
    hash: str


class ActorRow(SQLModel, table=True):
    """Who submits or resolves. The ledger knows ids only, so that a name can be forgotten."""

    __tablename__ = "actor"

    id: str = Field(primary_key=True)
    name: str
    kind: str
    role: str | None = None  # the most that keys and sessions may do; null: never comes in
    created_at: float | None = None
    about: str | None = None
    email: str | None = None
    github: str | None = Field(default=None, index=True, unique=True)
    forgotten_at: float | None = None


class BankRow(SQLModel, table=True):
    """A bank: its document, claims and sources, as written."""

    __tablename__ = "bank"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq")
    body: str


class WorldRow(SQLModel, table=True):
    """A world and its drivers."""

    __tablename__ = "world"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq")
    body: str


class QuestionRow(SQLModel, table=True):
    """A question in its current version."""

    __tablename__ = "question"

    id: str = Field(primary_key=True)
    world: str = Field(foreign_key="world.id", index=True)
    seq: int = Field(foreign_key="ledger.seq")
    version: int
    opens: float
    closes: float
    body: str
    hidden_until: float | None = Field(default=None, index=True)  # of others' forecasts
    hidden_until_own: float | None = Field(default=None, index=True)  # from who has none; its end


class QuestionVersionRow(SQLModel, table=True):
    """A version of a question's words; the newest is the one in `question`."""

    __tablename__ = "question_version"

    question: str = Field(primary_key=True, foreign_key="question.id")
    version: int = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq")
    author: str = Field(foreign_key="actor.id")
    recorded_at: float
    body: str
    reason: str | None = None


class ProposalRow(SQLModel, table=True):
    """A question that somebody proposed, and what became of it."""

    __tablename__ = "proposal"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    author: str = Field(foreign_key="actor.id", index=True)
    world: str = Field(foreign_key="world.id")
    recorded_at: float
    body: str
    decision: str | None = None  # opened or declined
    decided_at: float | None = None
    decided_seq: int | None = None


class ForecastRow(SQLModel, table=True):
    """A forecast by a person, bot, model or market; it stands until the instant `until`."""

    __tablename__ = "forecast"
    __table_args__ = (
        Index("forecast_of_question", "question", "forecaster", "seq"),
        Index("forecast_by", "forecaster", "seq"),
    )

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    question: str = Field(foreign_key="question.id")
    forecaster: str = Field(foreign_key="actor.id")
    recorded_at: float
    probability: float | None = None  # of yes; null where the question is not binary
    body: str
    until: float | None = None  # null while it stands
    ended_by: str | None = None  # superseded, withdrawn or expired


class EvidenceRow(SQLModel, table=True):
    """A record of evidence."""

    __tablename__ = "evidence"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    submitter: str = Field(foreign_key="actor.id", index=True)
    origin: str = Field(index=True)
    fingerprint: str = Field(index=True)
    content_hash: str = Field(index=True)
    recorded_at: float
    replayed: bool
    body: str
    retracted_at: float | None = None
    disputed: str | None = None  # waiting, or the newest decision: upheld or rejected


class DisputeRow(SQLModel, table=True):
    """Somebody's objection to a record, and the ruling on it."""

    __tablename__ = "dispute"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    evidence: str = Field(foreign_key="evidence.id", index=True)
    author: str = Field(foreign_key="actor.id")
    recorded_at: float
    body: str
    decision: str | None = None
    ruled_at: float | None = None
    ruling_seq: int | None = None
    ruling: str | None = None
    moved_to: str | None = None  # the origin that an upheld ruling gave the record


class StanceRow(SQLModel, table=True):
    """Which question a record bears on."""

    __tablename__ = "stance"

    evidence: str = Field(primary_key=True, foreign_key="evidence.id")
    position: int = Field(primary_key=True)
    question: str = Field(foreign_key="question.id", index=True)


class ResolutionRow(SQLModel, table=True):
    """An outcome; the newest of a question supersedes the others."""

    __tablename__ = "resolution"

    seq: int = Field(primary_key=True, foreign_key="ledger.seq")
    question: str = Field(foreign_key="question.id", index=True)
    resolver: str = Field(foreign_key="actor.id")
    recorded_at: float
    resolved_at: float
    body: str


class SignOffRow(SQLModel, table=True):
    """An admin's leave to a resolver who holds forecasts or evidence on a question."""

    __tablename__ = "sign_off"

    seq: int = Field(primary_key=True, foreign_key="ledger.seq")
    question: str = Field(foreign_key="question.id", index=True)
    resolver: str = Field(foreign_key="actor.id")
    admin: str = Field(foreign_key="actor.id")
    recorded_at: float
    reason: str


class FitRow(SQLModel, table=True):
    """One run of NUTS: draws, diagnostics, seed, versions, and the checkpoint that it read."""

    __tablename__ = "fit"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq")
    world: str = Field(foreign_key="world.id", index=True)
    landed_at: float
    body: str
    draws: bytes


class ScenarioRow(SQLModel, table=True):
    """A scenario: a what-if that is kept under a name."""

    __tablename__ = "scenario"

    id: str = Field(primary_key=True)
    world: str = Field(foreign_key="world.id", index=True)
    seq: int = Field(foreign_key="ledger.seq")
    author: str = Field(foreign_key="actor.id")
    stored_at: float
    body: str


def table_of(row: type[SQLModel]) -> Table:
    """Give the table behind a row class, for Core statements."""
    table: Table = row.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    return table


LEDGER = table_of(LedgerRow)
ACTORS = table_of(ActorRow)
BANKS = table_of(BankRow)
WORLDS = table_of(WorldRow)
QUESTIONS = table_of(QuestionRow)
QUESTION_VERSIONS = table_of(QuestionVersionRow)
PROPOSALS = table_of(ProposalRow)
FORECASTS = table_of(ForecastRow)
EVIDENCE = table_of(EvidenceRow)
DISPUTES = table_of(DisputeRow)
STANCES = table_of(StanceRow)
RESOLUTIONS = table_of(ResolutionRow)
SIGN_OFFS = table_of(SignOffRow)
FITS = table_of(FitRow)
SCENARIOS = table_of(ScenarioRow)
