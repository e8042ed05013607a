"""The table of links between our questions and contracts elsewhere, and of pairs declined."""

from sqlmodel import Field, SQLModel

from data.tables import table_of


class MarketLinkRow(SQLModel, table=True):
    """What a person decided on a question and a contract; the newest of a pair holds.

    The contract is named by its id alone: what is known of it can be read anew at any time.
    """

    __tablename__ = "market_link"

    id: str = Field(primary_key=True)
    seq: int = Field(foreign_key="ledger.seq", index=True)
    question: str = Field(foreign_key="question.id", index=True)
    market: str = Field(index=True)  # platform:key
    decision: str  # confirmed or declined
    relation: str | None = None  # of the question to the contract; null where declined
    mismatch: float | None = None  # chance that both come out otherwise than the relation says
    actor: str = Field(foreign_key="actor.id")
    reason: str | None = None
    recorded_at: float
    removed_at: float | None = None
    removed_seq: int | None = None
    removed_reason: str | None = None


MARKET_LINKS = table_of(MarketLinkRow)
