"""Forecasts, proposals, disputes and sign-offs; keys that end, sign-in, webhooks."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "derived",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("computed_at", sa.Float(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "once",
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
    )
    op.create_index("ix_once_answered_at", "once", ["answered_at"])

    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_session_actor", "session", ["actor"])

    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("disabled_at", sa.Float(), nullable=True),
        sa.Column("disabled_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_webhook_actor", "webhook", ["actor"])

    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("delivered_at", sa.Float(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["webhook"], ["webhook.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_due_at", "delivery", ["due_at"])
    op.create_index("ix_delivery_webhook", "delivery", ["webhook"])

    op.create_table(
        "dispute",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("ruled_at", sa.Float(), nullable=True),
        sa.Column("ruling_seq", sa.Integer(), nullable=True),
        sa.Column("ruling", sa.String(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["actor.id"]),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dispute_evidence", "dispute", ["evidence"])
    op.create_index("ix_dispute_seq", "dispute", ["seq"])

    op.create_table(
        "proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_at", sa.Float(), nullable=True),
        sa.Column("decided_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["actor.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.ForeignKeyConstraint(["world"], ["world.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_author", "proposal", ["author"])
    op.create_index("ix_proposal_seq", "proposal", ["seq"])

    op.create_table(
        "forecast",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("forecaster", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("until", sa.Float(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["forecaster"], ["actor.id"]),
        sa.ForeignKeyConstraint(["question"], ["question.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("forecast_by", "forecast", ["forecaster", "seq"])
    op.create_index("forecast_of_question", "forecast", ["question", "forecaster", "seq"])
    op.create_index("ix_forecast_seq", "forecast", ["seq"])

    op.create_table(
        "question_version",
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["actor.id"]),
        sa.ForeignKeyConstraint(["question"], ["question.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.PrimaryKeyConstraint("question", "version"),
    )
    op.create_table(
        "sign_off",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("resolver", sa.String(), nullable=False),
        sa.Column("admin", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["admin"], ["actor.id"]),
        sa.ForeignKeyConstraint(["question"], ["question.id"]),
        sa.ForeignKeyConstraint(["resolver"], ["actor.id"]),
        sa.ForeignKeyConstraint(["seq"], ["ledger.seq"]),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_sign_off_question", "sign_off", ["question"])

    op.add_column("actor", sa.Column("role", sa.String(), nullable=True))
    op.add_column("actor", sa.Column("created_at", sa.Float(), nullable=True))
    op.add_column("actor", sa.Column("about", sa.String(), nullable=True))
    op.add_column("actor", sa.Column("email", sa.String(), nullable=True))
    op.add_column("actor", sa.Column("github", sa.String(), nullable=True))
    op.add_column("actor", sa.Column("forgotten_at", sa.Float(), nullable=True))
    op.create_index("ix_actor_github", "actor", ["github"], unique=True)

    op.add_column("api_key", sa.Column("label", sa.String(), nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("scopes", sa.String(), nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("expires_at", sa.Float(), nullable=True))
    op.add_column("api_key", sa.Column("revoked_at", sa.Float(), nullable=True))
    op.add_column("api_key", sa.Column("last_used_at", sa.Float(), nullable=True))
    op.add_column("api_key", sa.Column("previous_hash", sa.String(), nullable=True))
    op.add_column("api_key", sa.Column("previous_until", sa.Float(), nullable=True))

    op.add_column("evidence", sa.Column("disputed", sa.String(), nullable=True))
    op.add_column("question", sa.Column("hidden_until", sa.Float(), nullable=True))
    op.add_column("question", sa.Column("hidden_until_own", sa.Float(), nullable=True))
    op.create_index("ix_question_hidden_until", "question", ["hidden_until"])
    op.create_index("ix_question_hidden_until_own", "question", ["hidden_until_own"])

    _keep_first_versions()
    _keep_roles()


def _keep_first_versions() -> None:
    """Give every question that is there its first version."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT question.id, question.seq, question.body, ledger.recorded_at, bank.body "
            "AS bank FROM question JOIN ledger ON ledger.seq = question.seq "
            "JOIN world ON world.id = question.world JOIN bank ON bank.seq = world.seq"
        )
    )
    for row in rows.all():
        began = datetime.fromisoformat(row.recorded_at).timestamp() / 86_400
        connection.execute(
            sa.text(
                "INSERT INTO question_version (question, version, seq, author, recorded_at, body) "
                "VALUES (:question, 1, :seq, :author, :recorded_at, :body)"
            ),
            {
                "question": row.id,
                "seq": row.seq,
                "author": json.loads(row.bank)["bank"]["curator"],
                "recorded_at": began,
                "body": row.body,
            },
        )


def _keep_roles() -> None:
    """Give everybody who has keys the highest role among them."""
    for role in ("forecaster", "resolver", "admin"):  # the last that fits holds
        op.execute(
            sa.text(
                "UPDATE actor SET role = :role WHERE id IN "
                "(SELECT actor FROM api_key WHERE role = :role)"
            ).bindparams(role=role)
        )


def downgrade() -> None:
    """Go back."""
    op.drop_column("evidence", "disputed")
    op.drop_index("ix_question_hidden_until_own", "question")
    op.drop_index("ix_question_hidden_until", "question")
    op.drop_column("question", "hidden_until_own")
    op.drop_column("question", "hidden_until")

    op.drop_column("api_key", "previous_until")
    op.drop_column("api_key", "previous_hash")
    op.drop_column("api_key", "last_used_at")
    op.drop_column("api_key", "revoked_at")
    op.drop_column("api_key", "expires_at")
    op.drop_column("api_key", "scopes")
    op.drop_column("api_key", "label")

    op.drop_index("ix_actor_github", "actor")
    op.drop_column("actor", "forgotten_at")
    op.drop_column("actor", "github")
    op.drop_column("actor", "email")
    op.drop_column("actor", "about")
    op.drop_column("actor", "created_at")
    op.drop_column("actor", "role")

    op.drop_index("ix_sign_off_question", "sign_off")

    op.drop_table("sign_off")
    op.drop_table("question_version")
    op.drop_index("ix_forecast_seq", "forecast")
    op.drop_index("forecast_of_question", "forecast")
    op.drop_index("forecast_by", "forecast")

    op.drop_table("forecast")
    op.drop_index("ix_proposal_seq", "proposal")
    op.drop_index("ix_proposal_author", "proposal")

    op.drop_table("proposal")
    op.drop_index("ix_dispute_seq", "dispute")
    op.drop_index("ix_dispute_evidence", "dispute")

    op.drop_table("dispute")
    op.drop_index("ix_delivery_webhook", "delivery")
    op.drop_index("ix_delivery_due_at", "delivery")

    op.drop_table("delivery")
    op.drop_index("ix_webhook_actor", "webhook")

    op.drop_table("webhook")
    op.drop_table("sign_in_link")
    op.drop_index("ix_session_actor", "session")

    op.drop_table("session")
    op.drop_index("ix_once_answered_at", "once")

    op.drop_table("once")
    op.drop_table("derived")
