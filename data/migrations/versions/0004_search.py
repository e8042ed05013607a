"""Full-text search; when entries were recorded, by index; after which entry draws stood."""

import sqlalchemy as sa
from alembic import op

from data.indexing import index_all

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "search_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("until", sa.Float(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("parts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("search_text_of", "search_text", ["kind", "name"])
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='search_text', "
        "content_rowid='id', tokenize='trigram case_sensitive 1')"
    )
    op.create_index("ledger_by_time", "ledger", ["recorded_at"])
    op.add_column("particles", sa.Column("since", sa.Integer(), nullable=True))
    index_all(op.get_bind())


def downgrade() -> None:
    """Go back."""
    op.drop_column("particles", "since")
    op.drop_index("ledger_by_time", "ledger")
    op.execute("DROP TABLE search_index")
    op.drop_index("search_text_of", "search_text")
    op.drop_table("search_text")
