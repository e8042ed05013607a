"""A modelling hub (hubverse): forecasts as model output, a round at the end of each month."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forecasts.times import day_of, end_of_day

_SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1/"
#: Levels of the quantiles of numbers and days.
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
#: Days are given as numbers: hubs have no quantiles of days.
_DAYS = "days since 1970-01-01"
_COLUMNS = pa.schema(
    [
        ("origin_date", pa.date32()),
        ("question", pa.string()),
        ("output_type", pa.string()),
        ("output_type_id", pa.string()),
        ("value", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class HubQuestion:
    """A question as a hub knows it.

    Attributes:
        options: categories of a probability mass; empty for numbers and days.
        unit: of the quantity, or `days`.
        truth: the category, or the number, that came true; None while open, void if annulled.
    """

    id: str
    title: str
    type: str
    options: tuple[str, ...]
    unit: str
    truth: str | float | None = None


@dataclass(frozen=True, slots=True)
class HubForecast:
    """What one model says of one question at the end of one day.

    Attributes:
        values: chance by category, or value by level; levels that lie in a tail are left out.
    """

    model: str
    origin: date
    question: str
    values: tuple[tuple[str, float], ...]


def model_id(kind: str, name: str) -> str:
    """Give a name that hubs take: a team, a hyphen, a model.

    >>> model_id("person", "a-12ab")
    'person-a_12ab'
    """
    clean = re.sub(r"[^A-Za-z0-9]", "_", name)
    return f"{re.sub(r'[^A-Za-z0-9]', '_', kind)}-{clean}"


def round_days(first: float, last: float) -> Iterator[date]:
    """Give the last day of each month between two instants, and the day of the second.

    >>> [day.isoformat() for day in round_days(20_085.0, 20_120.0)]
    ['2024-12-31', '2025-01-31', '2025-02-01']
    """
    day, end = day_of(first), day_of(last)
    while day <= end:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield min(following - timedelta(days=1), end)
        day = following


def end_of_round(day: date) -> float:
    """Give the instant at which a round's forecasts are read."""
    return end_of_day(day)


def write_hub(
    folder: Path,
    questions: list[HubQuestion],
    forecasts: list[HubForecast],
    notes: dict[str, str],
) -> None:
    """Write a hub: its configuration, the output of every model, and what came true."""
    _write_json(folder / "hub-config" / "admin.json", _admin())
    about = f"# Kizashi\n\n{notes['citation']}\n\nLicence: {notes['licence']}\n"
    (folder / "README.md").write_text(about, encoding="utf-8")
    rounds = sorted({forecast.origin for forecast in forecasts})
    _write_json(folder / "hub-config" / "tasks.json", _tasks(questions, rounds))
    kinds = {question.id: question for question in questions}
    by_file: dict[tuple[str, date], list[HubForecast]] = {}
    for forecast in forecasts:
        by_file.setdefault((forecast.model, forecast.origin), []).append(forecast)
    for (model, origin), mine in by_file.items():
        path = folder / "model-output" / model / f"{origin.isoformat()}-{model}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_output(mine, kinds), path)
    for model in sorted({forecast.model for forecast in forecasts}):
        path = folder / "model-metadata" / f"{model}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        team, _, name = model.partition("-")
        path.write_text(f'team_abbr: "{team}"\nmodel_abbr: "{name}"\nmodel_id: "{model}"\n')
    _write_truth(folder, questions)


def _output(forecasts: list[HubForecast], kinds: dict[str, HubQuestion]) -> pa.Table:
    """Give the rows of one model in one round."""
    rows = [
        {
            "origin_date": forecast.origin,
            "question": forecast.question,
            "output_type": "pmf" if kinds[forecast.question].options else "quantile",
            "output_type_id": name,
            "value": value,
        }
        for forecast in forecasts
        for name, value in forecast.values
    ]
    return pa.Table.from_pylist(rows, schema=_COLUMNS)


def _write_truth(folder: Path, questions: list[HubQuestion]) -> None:
    """Write what came true: one row a category, or the value itself."""
    rows: list[dict[str, Any]] = []
    for question in questions:
        if question.truth is None:
            continue
        same = {"question": question.id}
        if question.options:
            rows += [
                {
                    **same,
                    "output_type": "pmf",
                    "output_type_id": name,
                    "oracle_value": float(name == question.truth),
                }
                for name in question.options
            ]
        else:
            rows.append(
                {
                    **same,
                    "output_type": "quantile",
                    "output_type_id": None,
                    "oracle_value": float(question.truth),
                }
            )
    schema = pa.schema(
        [
            ("question", pa.string()),
            ("output_type", pa.string()),
            ("output_type_id", pa.string()),
            ("oracle_value", pa.float64()),
        ]
    )
    path = folder / "target-data" / "oracle-output.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def _admin() -> dict[str, Any]:
    """Say what the hub is."""
    return {
        "schema_version": _SCHEMAS + "admin-schema.json",
        "name": "Kizashi",
        "maintainer": "Whoever runs this server",
        "contact": {"name": "Whoever runs this server", "email": "nobody@example.org"},
        "repository": {"host": "github", "owner": "kizashi", "name": "kizashi"},
        "file_format": ["parquet"],
        "timezone": "UTC",
        "model_output_dir": "model-output",
    }


def _tasks(questions: list[HubQuestion], rounds: list[date]) -> dict[str, Any]:
    """Say what models are asked: questions that have the same categories make one task."""
    groups: dict[tuple[str, ...], list[HubQuestion]] = {}
    for question in questions:
        groups.setdefault(question.options, []).append(question)
    days = [day.isoformat() for day in rounds]
    task = {
        "round_id_from_variable": True,
        "round_id": "origin_date",
        "model_tasks": [_task(options, mine, days) for options, mine in groups.items()],
        "submissions_due": {"relative_to": "origin_date", "start": 0, "end": 0},
    }
    return {
        "schema_version": _SCHEMAS + "tasks-schema.json",
        "rounds": [task],
        "output_type_id_datatype": "character",
    }


def _task(
    options: tuple[str, ...], questions: list[HubQuestion], days: list[str]
) -> dict[str, Any]:
    """Describe the questions of one group."""
    chance = {"type": "double", "minimum": 0, "maximum": 1}
    if options:
        told = {"pmf": {"output_type_id": {"required": list(options)}, "value": chance}}
    else:
        levels = {"output_type_id": {"required": list(LEVELS)}, "value": {"type": "double"}}
        told = {"quantile": levels}
    return {
        "task_ids": {
            "origin_date": {"required": None, "optional": days},
            "question": {"required": None, "optional": [q.id for q in questions]},
        },
        "output_type": {name: {**said, "is_required": False} for name, said in told.items()},
        "target_metadata": [_target(question) for question in questions],
    }


def _target(question: HubQuestion) -> dict[str, Any]:
    """Describe one question."""
    kinds = {"binary": "binary", "multiple_choice": "nominal"}
    return {
        "target_id": question.id,
        "target_name": question.title,
        "target_units": question.unit or _DAYS,
        "target_keys": {"question": question.id},
        "target_type": kinds.get(question.type, "continuous"),
        "is_step_ahead": False,
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a configuration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
