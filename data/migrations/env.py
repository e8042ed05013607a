"""Alembic's entry point: run the migrations on the connection that the caller holds."""

from alembic import context
from sqlmodel import SQLModel

from data import access_tables, derived_tables, tables

assert {access_tables.KEYS, derived_tables.STEPS, tables.LEDGER} <= set(
    SQLModel.metadata.sorted_tables
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
