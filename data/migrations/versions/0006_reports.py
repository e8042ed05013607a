"""Published reports and their files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("published_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_seq", "report", ["seq"])
    op.create_index("ix_report_quarter", "report", ["quarter"])
    op.create_table(
        "report_file",
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["report.id"]),
        sa.PrimaryKeyConstraint("report", "name"),
    )
    op.create_index("ix_report_file_sha256", "report_file", ["sha256"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("report_file")
    op.drop_table("report")
