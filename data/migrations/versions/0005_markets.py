"""Prediction markets: contracts, prices, outcomes, raw answers, and how far each was read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "market",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("parent_title", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("criteria", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opens", sa.Float(), nullable=True),
        sa.Column("closes", sa.Float(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("traits", sa.String(), nullable=False),
        sa.Column("mirrors", sa.String(), nullable=True),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("market_of_platform", "market", ["platform", "key"], unique=True)
    for column in ("parent", "status", "mirrors", "followed"):
        op.create_index(f"ix_market_{column}", "market", [column])
    op.create_table(
        "market_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("resolved_at", sa.Float(), nullable=True),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["market"], ["market.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_market_outcome_market", "market_outcome", ["market"])
    op.create_table(
        "quote",
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("bid", sa.Float(), nullable=True),
        sa.Column("ask", sa.Float(), nullable=True),
        sa.Column("volume", sa.Float(), nullable=True),
        sa.Column("liquidity", sa.Float(), nullable=True),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["market"], ["market.id"]),
        sa.PrimaryKeyConstraint("market", "voice", "at", "kind", "number"),
        sqlite_with_rowid=False,
    )
    _create_reading()


def _create_reading() -> None:
    """Make the tables of what was read, and how far."""
    op.create_table(
        "raw_answer",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "raw_fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["raw_answer.sha256"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_raw_fetch_platform", "raw_fetch", ["platform"])
    counts = ("requests", "markets_new", "markets_changed", "quotes", "outcomes", "quarantined")
    op.create_table(
        "market_sync",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_market_sync_platform", "market_sync", ["platform"])
    op.create_table(
        "market_cursor",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "part"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("platform", "part", "shape")),
        sa.Column("key", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("reason", "fingerprint")),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.Column("last_seen", sa.Float(), nullable=False),
        sa.Column("solved_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("quarantine_once", "quarantine", ["platform", "fingerprint"], unique=True)
    op.create_table(
        "unknown_field",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("platform", "shape", "path")),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Float(), nullable=False),
        sa.Column("last_seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "shape", "path"),
    )


def downgrade() -> None:
    """Go back."""
    for table in (
        "unknown_field", "quarantine", "market_cursor", "market_sync", "raw_fetch", "raw_answer",
        "quote", "market_outcome", "market",
    ):  # fmt: skip
        op.drop_table(table)
