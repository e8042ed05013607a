"""Scenarios and how they moved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "scenario",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("stored_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["world"], ["world.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.ForeignKeyConstraint(["author"], ["actor.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_scenario_world", "scenario", ["world"])
    op.create_table(
        "scenario_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.String(), nullable=False),
        sa.Column("bits", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("monte_carlo_error", sa.Float(), nullable=False),
        sa.Column("effective_draws", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["world"], ["world.id"]),
        sa.ForeignKeyConstraint(["scenario"], ["scenario.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("scenario_step_of", "scenario_step", ["scenario", "id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("scenario_step_of", "scenario_step")
    op.drop_table("scenario_step")
    op.drop_index("ix_scenario_world", "scenario")
    op.drop_table("scenario")
