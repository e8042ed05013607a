"""Tests of the tables of markets: the migration makes what the classes say."""

from sqlalchemy import inspect

from data.database import Database
from data.market_tables import MARKETS, QUOTES, UNKNOWN_FIELDS, SQLModel


def test_the_migration_makes_the_tables_that_the_classes_say(empty: Database) -> None:
    names = [
        name for name in SQLModel.metadata.tables if name.startswith(("market", "quote", "raw_"))
    ]
    with empty.read() as connection:
        made = inspect(connection)
        for name in [*names, MARKETS.name, QUOTES.name, UNKNOWN_FIELDS.name, "quarantine"]:
            table = SQLModel.metadata.tables[name]
            found = {column["name"]: column["nullable"] for column in made.get_columns(name)}
            indexes = {index["name"]: index["column_names"] for index in made.get_indexes(name)}

            assert found == {column.name: column.nullable for column in table.columns}
            assert indexes == {i.name: [c.name for c in i.columns] for i in table.indexes}
