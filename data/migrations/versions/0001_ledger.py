"""The ledger and what is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: No program at all may change what is in the ledger, nor put an entry anywhere but at its end.
_TRIGGERS = (
    ("ledger_is_not_updated", "UPDATE", "the ledger is append-only: entries are never changed"),
    ("ledger_is_not_deleted", "DELETE", "the ledger is append-only: entries are never deleted"),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "actor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor"],
            ["actor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_actor"), ["actor"], unique=False)

    op.create_table(
        "bank",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("submitter", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("retracted_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["submitter"],
            ["actor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_content_hash"), ["content_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evidence_origin"), ["origin"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_seq"), ["seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_submitter"), ["submitter"], unique=False)

    op.create_table(
        "world",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "fit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("landed_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("draws", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["world"],
            ["world.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("fit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fit_world"), ["world"], unique=False)

    op.create_table(
        "particles",
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("draws", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world"],
            ["world.id"],
        ),
        sa.PrimaryKeyConstraint("world", "moves"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Float(), nullable=False),
        sa.Column("closes", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["world"],
            ["world.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_world"), ["world"], unique=False)

    op.create_table(
        "resolution",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("resolver", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("resolved_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.ForeignKeyConstraint(
            ["resolver"],
            ["actor.id"],
        ),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["ledger.seq"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("resolution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resolution_question"), ["question"], unique=False)

    op.create_table(
        "stance",
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence"],
            ["evidence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("evidence", "position"),
    )
    with op.batch_alter_table("stance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stance_question"), ["question"], unique=False)

    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_id", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("bits", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.ForeignKeyConstraint(
            ["world"],
            ["world.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index("step_by_cause", ["cause_id", "id"], unique=False)
        batch_op.create_index("step_of_question", ["question", "id"], unique=False)

    op.execute("INSERT INTO actor (id, name, kind) VALUES ('operator', 'operator', 'person')")
    for name, action, complaint in _TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON ledger "
            f"BEGIN SELECT RAISE(ABORT, '{complaint}'); END"
        )
    op.execute(  # REPLACE deletes without firing DELETE triggers, so it is stopped here
        "CREATE TRIGGER ledger_grows_at_its_end BEFORE INSERT ON ledger "
        "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger) "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: entries come at its end'); END"
    )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index("step_of_question")
        batch_op.drop_index("step_by_cause")

    op.drop_table("step")
    with op.batch_alter_table("stance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stance_question"))

    op.drop_table("stance")
    with op.batch_alter_table("resolution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resolution_question"))

    op.drop_table("resolution")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_world"))

    op.drop_table("question")
    op.drop_table("particles")
    with op.batch_alter_table("fit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fit_world"))

    op.drop_table("fit")
    op.drop_table("world")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_submitter"))
        batch_op.drop_index(batch_op.f("ix_evidence_seq"))
        batch_op.drop_index(batch_op.f("ix_evidence_origin"))
        batch_op.drop_index(batch_op.f("ix_evidence_fingerprint"))
        batch_op.drop_index(batch_op.f("ix_evidence_content_hash"))

    op.drop_table("evidence")
    op.drop_table("bank")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_actor"))

    op.drop_table("api_key")
    op.drop_table("ledger")
    op.drop_table("actor")
