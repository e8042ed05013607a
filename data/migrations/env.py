"""Alembic's entry point: run the migrations on the connection that the caller holds."""

from alembic import context
from sqlmodel import SQLModel

from data import tables

assert tables.LedgerRow.metadata is SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
