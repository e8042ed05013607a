"""Reports for tests: produced by the real code in a thread, people alone: nothing replays."""

import asyncio
import json
from pathlib import Path
from typing import Any

from api.reporter import Order
from api.reports.editions import VALUES, rows_of, tables_of
from api.reports.folders import write_folder
from api.reports.producing import Wish, produce
from data.database import Database
from tests.api.judging import BINARY, DATE, NUMBER, SECOND, Moving

#: All outcomes of `fill` could be known in this quarter.
QUARTER = "2027Q1"


def fill(moving: Moving) -> None:
    """Three forecasters on two questions of yes or no, a number and a date; all resolved."""
    moving.say("ann", BINARY, probability=0.8)
    moving.say("bob", SECOND, probability=0.25)
    moving.later(days=3)
    moving.say("bob", BINARY, probability=0.4)
    moving.say("cyd", BINARY, probability=0.1)
    moving.say("ann", NUMBER, quantiles={"10": 0.4, "50": 1.0, "90": 3.0})
    moving.say("bob", NUMBER, quantiles={"10": 0.2, "50": 0.5, "90": 1.0})
    moving.later(days=60)
    moving.resolve(BINARY, outcome=True)
    moving.resolve(SECOND, outcome=True)
    moving.resolve(NUMBER, outcome=0.9)
    moving.resolve(DATE, None, status="annulled")
    moving.later(days=80)


async def produce_here(order: Order) -> None:
    """Produce as the process does, without its start, and without the PDF."""

    def run() -> None:
        wish = Wish(order.quarters, order.first_month, ("en",), plays=False, with_pdf=False)
        database = Database(order.url)
        with database.read() as connection:
            for built in produce(connection, wish):
                write_folder(Path(order.folder) / built.quarter, built.files)
        database.close()

    await asyncio.to_thread(run)


def values_of(moving: Moving, quarter: str = QUARTER, edition: int | None = None) -> dict[str, Any]:
    """Read the values of a published report."""
    which = "" if edition is None else f"?edition={edition}"
    found: dict[str, Any] = moving.get(f"/reports/{quarter}/{VALUES}{which}")
    return found


def table_of(values: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Give the rows of a table, by the names of its columns."""
    (table,) = [one for one in tables_of(values) if one["name"] == name]
    return rows_of(table)


def sentences_of(values: dict[str, Any], section: str) -> list[dict[str, Any]]:
    """Give all sentences of a section."""
    (found,) = [one for one in values["sections"] if one["name"] == section]
    blocks = [one for one in found["blocks"] if one["block"] == "paragraph"]
    return [sentence for block in blocks for sentence in block["sentences"]]


def canonical(values: dict[str, Any]) -> str:
    """Write values in one way."""
    return json.dumps(values, sort_keys=True)
