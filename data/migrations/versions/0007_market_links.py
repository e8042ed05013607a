"""Links between questions and contracts on other platforms."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "market_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("mismatch", sa.Float(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=True),
        sa.Column("removed_seq", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.ForeignKeyConstraint(["question"], ["question.id"]),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("seq", "question", "market"):
        op.create_index(f"ix_market_link_{column}", "market_link", [column])


def downgrade() -> None:
    """Go back."""
    for column in ("market", "question", "seq"):
        op.drop_index(f"ix_market_link_{column}", "market_link")
    op.drop_table("market_link")
