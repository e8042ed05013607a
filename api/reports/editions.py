"""Editions that were published, as the next ones look back on them."""

import json
from typing import Any

from sqlalchemy import Connection

from data.reports import read_file, read_reports
from forecasts.reports.inputs import Published
from forecasts.reports.quarters import read_quarter
from forecasts.reports.values import Headline, Text

#: The file of a report that holds its values.
VALUES = "report.json"


def read_published(connection: Connection, entries: int) -> list[Published]:
    """Read the editions that a ledger of so many entries holds."""
    found = []
    for row in read_reports(connection, entries):
        values = json.loads(read_file(connection, row.id, VALUES).body)
        questions, titles = _questions(values)
        found.append(
            Published(
                quarter=read_quarter(row.quarter),
                edition=row.edition,
                entries=row.entries,
                headline=Headline(**values["headline"]),
                questions=questions,
                titles=titles,
            )
        )
    return found


def _questions(
    values: dict[str, Any],
) -> tuple[dict[str, tuple[Text | None, float | None, str]], dict[str, Text]]:
    """Give what an edition said of each question, and what it called it."""
    questions: dict[str, tuple[Text | None, float | None, str]] = {}
    titles: dict[str, Text] = {}
    for table in tables_of(values):
        if table["name"] not in ("outcomes", "annulled"):
            continue
        for row in rows_of(table):
            titles[row["question"]] = Text(**row["title"])
            if table["name"] == "outcomes":
                outcome = Text(**row["outcome"]) if row["outcome"] else None
                questions[row["question"]] = (outcome, row["log2_loss"], "resolved")
            else:
                questions[row["question"]] = (None, None, row["status"]["message"])
    return questions, titles


def tables_of(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the tables of a report in JSON."""
    blocks = (block for section in values["sections"] for block in section["blocks"])
    return [block for block in blocks if block["block"] == "table"]


def rows_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of a table in JSON, each by the names of its columns."""
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]
