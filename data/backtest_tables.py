"""The three tables of a backtest as they stand in Parquet files, checked, in one form."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.unreadable import Fault, Unreadable

#: Columns that name things, that hold instants, and that hold numbers, by table.
_TEXTS = {
    "questions": ("source", "question_id", "group_id", "platform"),
    "forecasts": ("source", "question_id", "forecaster_id", "kind"),
    "eval_points": ("source", "question_id", "eval"),
}
_TIMES = {
    "questions": ("end_time", "resolve_time"),
    "forecasts": ("timestamp",),
    "eval_points": ("eval_time",),
}
_NUMBERS = {"questions": ("outcome",), "forecasts": ("probability", "step")}
_NUMBERS["eval_points"] = ("eval_step",)
#: Columns that a file may lack; then nothing is known of them.
_OPTIONAL = frozenset(
    ("platform", "group_id", "end_time", "resolve_time", "kind", "timestamp", "step", "eval_time")
) | {"eval_step"}
#: Columns in which each row must hold something.
_FILLED = ("source", "question_id", "eval")
KEY = ["source", "question_id"]


class BacktestUnreadable(Unreadable):
    """A folder does not hold forecasts with known outcomes."""

    message = "{path} cannot be read as a backtest: {fault}. Its README names files and columns."


def read_tables(path: str) -> Sequence[pd.DataFrame]:
    """Read questions, forecasts and evaluation points of a folder, or of the folders in it.

    Names come as text, times with the zone UTC (which those without a zone are taken for), and
    numbers as floats. A question without a group is a group of its own.

    Raises:
        BacktestUnreadable: a file or column is missing, or holds what it cannot hold.
    """
    folders = [at.parent for at in sorted(Path(path).glob("**/questions.parquet"))]
    if not folders:
        raise BacktestUnreadable(path=path, fault=Fault.NO_QUESTIONS)
    tables = [[_read_table(folder, name) for folder in folders] for name in _TEXTS]
    questions, forecasts, points = (pd.concat(parts, ignore_index=True) for parts in tables)
    _check(path, questions, forecasts, points)
    alone = "\n" + questions["question_id"]  # no id of a group begins so
    questions["group_id"] = questions["group_id"].fillna(alone)
    return questions, forecasts, points


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read the columns that are wanted of one file."""
    file = f"{name}.parquet"
    place = {"path": str(folder), "file": file}
    try:
        read = pd.read_parquet(folder / file)
    except FileNotFoundError as error:
        raise BacktestUnreadable(fault=Fault.MISSING, **place) from error
    except (OSError, ValueError) as error:
        raise BacktestUnreadable(fault=Fault.NOT_PARQUET, **place) from error
    wanted = (*_TEXTS[name], *_TIMES[name], *_NUMBERS[name])
    lacking = sorted({*wanted} - {*read.columns} - _OPTIONAL)
    if lacking:
        raise BacktestUnreadable(fault=Fault.NO_COLUMN, column=", ".join(lacking), **place)
    table = read.reindex(columns=list(wanted))
    for column in wanted:
        try:
            table[column] = _in_one_form(table[column], name)
        except (TypeError, ValueError) as error:
            fault = Fault.NO_TIMES if column in _TIMES[name] else Fault.NO_NUMBERS
            raise BacktestUnreadable(fault=fault, column=column, **place) from error
    return table


def _in_one_form(values: pd.Series, table: str) -> pd.Series:
    """Give a column as text, times or numbers; what is missing stays so.

    Raises:
        TypeError, ValueError: it holds something else.
    """
    if values.name in _NUMBERS[table]:
        return pd.to_numeric(values).astype(float)
    if values.name in _TIMES[table]:
        if pd.api.types.is_numeric_dtype(values.dtype) and values.notna().any():
            raise TypeError
        return pd.to_datetime(values, utc=True, format="ISO8601").astype("datetime64[ns, UTC]")
    if pd.api.types.is_float_dtype(values.dtype):  # whole numbers, of which some are missing
        values = values.convert_dtypes()
    return values.astype("object").where(values.notna(), None).map(str, "ignore").astype("str")


def _check(
    path: str, questions: pd.DataFrame, forecasts: pd.DataFrame, points: pd.DataFrame
) -> None:
    """Refuse what no score can be made of."""
    tables = (questions, forecasts, points)
    for column in _FILLED:
        empty = sum(int(table[column].isna().sum()) for table in tables if column in table)
        if empty:
            raise BacktestUnreadable(path=path, fault=Fault.UNNAMED, count=empty, column=column)
    faults = {
        Fault.NOT_CHANCES: ~forecasts["probability"].between(0, 1),
        Fault.NOT_OUTCOMES: ~questions["outcome"].isin((0, 1)),
        Fault.SAME_QUESTIONS: questions.duplicated(KEY),
        Fault.SAME_POINTS: points.duplicated([*KEY, "eval"]),
    }
    for fault, wrong in faults.items():
        if wrong.any():
            raise BacktestUnreadable(path=path, fault=fault, count=int(wrong.sum()))
