"""Tables of what is computed from the ledger, and can be computed again."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from data.tables import table_of


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
    since: int | None = None  # the first entry after which they stood; null in older databases


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


class DerivedRow(SQLModel, table=True):
    """Derived: what takes long to compute from the ledger, and the checkpoint that it read."""

    __tablename__ = "derived"

    name: str = Field(primary_key=True)
    entries: int
    hash: str
    computed_at: float
    body: bytes


class SearchRow(SQLModel, table=True):
    """Derived: what can be found by its words; the table `search_index` is its index."""

    __tablename__ = "search_text"
    __table_args__ = (Index("search_text_of", "kind", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    since: float
    until: float | None = None  # null: these are its present words
    title: str
    body: str
    parts: str


STEPS = table_of(StepRow)
PARTICLES = table_of(ParticleRow)
SCENARIO_STEPS = table_of(ScenarioStepRow)
DERIVED = table_of(DerivedRow)
