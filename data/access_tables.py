"""Tables of who may come in and what was promised to whom; nothing of it stands in the ledger."""

from sqlmodel import Field, SQLModel

from data.tables import table_of


class KeyRow(SQLModel, table=True):
    """An API key: only the hashes of its secrets are stored."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id", index=True)
    role: str
    secret_hash: str
    created_at: float
    label: str = ""
    scopes: str = ""  # separated by spaces; empty: all that the role may do
    expires_at: float | None = None
    revoked_at: float | None = None
    last_used_at: float | None = None
    previous_hash: str | None = None  # of the secret before the last rotation
    previous_until: float | None = None  # it works until then


class OnceRow(SQLModel, table=True):
    """The answer to a change that was asked for under an idempotency key."""

    __tablename__ = "once"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    answer: bytes
    answered_at: float = Field(index=True)


class SignInLinkRow(SQLModel, table=True):
    """A link that signs somebody in to the pages, once: only its hash is stored."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id")
    role: str
    expires_at: float
    used_at: float | None = None


class SessionRow(SQLModel, table=True):
    """A browser that is signed in: only the hash of its cookie is stored."""

    __tablename__ = "session"

    token_hash: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id", index=True)
    role: str
    created_at: float
    expires_at: float


class WebhookRow(SQLModel, table=True):
    """An address that wants to be told."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id", index=True)
    url: str
    secret: str
    kinds: str  # separated by spaces; empty: all
    question: str | None = None
    created_at: float
    after: int  # the newest entry of the ledger that was handed to it, or passed by
    disabled_at: float | None = None
    disabled_because: str | None = None


class DeliveryRow(SQLModel, table=True):
    """One message to one webhook, until it is delivered or given up."""

    __tablename__ = "delivery"

    id: str = Field(primary_key=True)
    webhook: str = Field(foreign_key="webhook.id", index=True)
    seq: int
    created_at: float
    attempts: int = 0
    due_at: float | None = Field(default=None, index=True)  # null: delivered, or given up
    delivered_at: float | None = None
    status: str | None = None  # of the last attempt


class DraftRow(SQLModel, table=True):
    """What somebody has begun to write and not sent: texts of a form's fields."""

    __tablename__ = "draft"

    id: str = Field(primary_key=True)
    actor: str = Field(foreign_key="actor.id", index=True)
    kind: str  # evidence or forecast
    question: str = Field(foreign_key="question.id")
    body: str  # JSON: text by field
    created_at: float
    changed_at: float


KEYS = table_of(KeyRow)
ONCE = table_of(OnceRow)
SIGN_IN_LINKS = table_of(SignInLinkRow)
SESSIONS = table_of(SessionRow)
WEBHOOKS = table_of(WebhookRow)
DELIVERIES = table_of(DeliveryRow)
DRAFTS = table_of(DraftRow)
