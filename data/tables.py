"""Every table, columns only. Times are days since 1970 (UTC); `seq` names the ledger's entry."""

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel


class LedgerRow(SQLModel, table=True):
    """One entry of the append-only, hash-chained ledger of inputs."""

    __tablename__ = "ledger"

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


class KeyRow(SQLModel, table=True):
    """An API key: only the hash of its secret is stored."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id", index=True)
    role: str
    secret_hash: str
    created_at: float


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


class FitRow(SQLModel, table=True):
    """One run of NUTS: draws, diagnostics, seed, versions, and the checkpoint that it read."""

    __tablename__ = "fit"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq")
    world: str = Field(foreign_key="world.id", index=True)
    landed_at: float
    body: str
    draws: bytes


class StepRow(SQLModel, table=True):
    """Derived: how one event moved the forecast of one question."""

    __tablename__ = "step"
    __table_args__ = (
        Index("step_of_question", "question", "id"),
        Index("step_by_cause", "cause_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    world: str = Field(foreign_key="world.id")
    question: str = Field(foreign_key="question.id")
    at: float
    cause: str
    cause_id: str
    direct: bool
    bits: float
    probability: float | None
    body: str


class ParticleRow(SQLModel, table=True):
    """Derived: the drivers' draws after they were moved, so that a start need not replay."""

    __tablename__ = "particles"

    world: str = Field(primary_key=True, foreign_key="world.id")
    moves: int = Field(primary_key=True)
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


class ScenarioStepRow(SQLModel, table=True):
    """Derived: how one event moved the probability of one scenario."""

    __tablename__ = "scenario_step"
    __table_args__ = (Index("scenario_step_of", "scenario", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    world: str = Field(foreign_key="world.id")
    scenario: str = Field(foreign_key="scenario.id")
    at: float
    cause: str
    cause_id: str
    bits: float
    probability: float
    monte_carlo_error: float
    effective_draws: float


def _table(row: type[SQLModel]) -> Table:
    """Give the table behind a row class, for Core statements."""
    table: Table = row.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    return table


LEDGER = _table(LedgerRow)
ACTORS = _table(ActorRow)
KEYS = _table(KeyRow)
BANKS = _table(BankRow)
WORLDS = _table(WorldRow)
QUESTIONS = _table(QuestionRow)
EVIDENCE = _table(EvidenceRow)
STANCES = _table(StanceRow)
RESOLUTIONS = _table(ResolutionRow)
FITS = _table(FitRow)
STEPS = _table(StepRow)
SCENARIOS = _table(ScenarioRow)
SCENARIO_STEPS = _table(ScenarioStepRow)
PARTICLES = _table(ParticleRow)
