"""Reading a folder of forecasts with known outcomes, as a panel of points without look-ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.errors import KizashiError
from forecasts.outcomes import Floats
from forecasts.panels import Panel

#: The files of a folder, or of each folder in it, and the columns that each must have.
_COLUMNS = {
    "questions.parquet": (
        "question_id",
        "source",
        "group_id",
        "end_time",
        "resolve_time",
        "outcome",
    ),
    "forecasts.parquet": (
        "source",
        "question_id",
        "forecaster_id",
        "kind",
        "timestamp",
        "step",
        "probability",
    ),
    "eval_points.parquet": ("source", "question_id", "eval", "eval_time", "eval_step"),
}
#: A column that a file may lack.
_OPTIONAL = {"questions.parquet": "platform"}
#: Kinds of forecasters that are no person, bot or model of their own.
_MARKETS = ("market", "crowd")
#: Sources each step of which was asked for afresh: a forecast of an earlier step does not stand.
_STEPS_APART = ("halawi2024",)
_KEY = ["source", "question_id"]


class BacktestUnreadable(KizashiError):
    """A folder does not hold forecasts with known outcomes."""

    message = "{path} cannot be read as a backtest: {fault}. Its README names files and columns."


class OutcomesShared(KizashiError):
    """What a backtest learns from is what it is measured on."""

    message = (
        "All {count} questions of {train} are in {path} too: what is learned from them would be "
        "measured on them. Leave --train out (walk-forward), or use --folds to cross-fit."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """What a backtest is made on.

    Attributes:
        panel: all points, with the forecasts that stand there.
        asked: which points are to be forecast; all else is only learned from.
        shared: questions that stood on both sides, and are not learned from.
    """

    panel: Panel
    asked: np.ndarray
    shared: int


def read_backtest(path: str, train: str | None = None) -> Backtest:
    """Read a folder, and one to learn from; what both have is only forecast, not learned from.

    A folder holds `questions.parquet`, `forecasts.parquet` and `eval_points.parquet`, or folders
    that do. At each point the latest forecast of each forecaster counts that was made by then.

    Raises:
        BacktestUnreadable: a file or column is missing, or holds what it cannot hold.
        OutcomesShared: there is nothing to learn from but what is forecast.
    """
    questions, forecasts, points = _read_folder(path)
    points["asked"], shared = True, 0
    if train is not None:
        taught, shared = _without(_read_folder(train), questions)
        if taught[0].empty:
            raise OutcomesShared(count=shared, path=path, train=train)
        taught[2]["asked"] = False
        questions, forecasts, points = (
            pd.concat(both, ignore_index=True)
            for both in zip((questions, forecasts, points), taught, strict=True)
        )
    points = points.merge(questions, on=_KEY)
    points["strand"] = points["source"] + "/" + points["platform"].fillna("").astype(str)
    standing = _standing(points, forecasts)
    stood = points.index.isin(standing["point"])
    standing["point"] = (np.cumsum(stood) - 1)[standing["point"]]
    asked = points["asked"].to_numpy(bool)[stood]
    return Backtest(_panel(points[stood], standing), asked, shared)


def _without(
    tables: Sequence[pd.DataFrame], questions: pd.DataFrame
) -> tuple[list[pd.DataFrame], int]:
    """Take all rows of some questions out of tables; tell how many of these there were."""
    known = pd.MultiIndex.from_frame(questions[_KEY])
    new = [table[~pd.MultiIndex.from_frame(table[_KEY]).isin(known)].copy() for table in tables]
    return new, len(tables[0]) - len(new[0])


def _standing(points: pd.DataFrame, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Give the latest forecast of each forecaster at each point, by time or by step."""
    asked = points[[*_KEY, "eval_time", "eval_step"]].reset_index(names="point")
    said = forecasts.reset_index(names="row").merge(asked, on=_KEY)
    by_step, apart = said["eval_step"].notna(), said["source"].isin(_STEPS_APART)
    step, asked_step = said["step"].astype(float), said["eval_step"].astype(float)
    in_step = np.where(apart, step == asked_step, step <= asked_step)
    stands = np.where(by_step, in_step, said["timestamp"] <= said["eval_time"])
    said = said[stands.astype(bool)].sort_values(["point", "timestamp", "step", "row"])
    return said.drop_duplicates(["point", "forecaster_id"], keep="last")


def _panel(points: pd.DataFrame, standing: pd.DataFrame) -> Panel:
    """Number everything."""
    source, sources = pd.factorize(points["source"], sort=True)
    strand, strands = pd.factorize(points["strand"], sort=True)
    evaluation, evaluations = pd.factorize(points["eval"], sort=True)
    people = standing["source"] + "\n" + standing["forecaster_id"]
    return Panel(
        sources=tuple(map(str, sources)),
        strands=tuple(map(str, strands)),
        evaluations=tuple(map(str, evaluations)),
        source=source,
        strand=strand,
        evaluation=evaluation,
        question=_numbered(points["source"] + "\n" + points["question_id"]),
        group=_numbered(points["source"] + "\n" + points["group_id"].astype(str)),
        outcome=points["outcome"].to_numpy(float),
        made=_days(points["eval_time"]),
        known=_days(points["resolve_time"].fillna(points["end_time"])),
        point=standing["point"].to_numpy(np.int64),
        forecaster=_numbered(people),
        probability=standing["probability"].to_numpy(float),
        time=_days(standing["timestamp"]),
        is_market=standing["kind"].isin(_MARKETS).to_numpy(bool),
    )


def _read_folder(path: str) -> Sequence[pd.DataFrame]:
    """Read the three tables of a folder, or of the folders in it."""
    first = next(iter(_COLUMNS))
    folders = [at.parent for at in sorted(Path(path).glob(f"**/{first}"))]
    if not folders:
        raise BacktestUnreadable(path=path, fault=f"there is no {first} in it")
    tables = [[_read_table(folder, name) for folder in folders] for name in _COLUMNS]
    questions, forecasts, points = (pd.concat(parts, ignore_index=True) for parts in tables)
    _check(path, questions, forecasts)
    return questions, forecasts, points


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read the columns that are wanted of one file."""
    try:
        table = pd.read_parquet(folder / name)
        if name in _OPTIONAL and _OPTIONAL[name] not in table:
            table[_OPTIONAL[name]] = None
        return table[[*_COLUMNS[name], *filter(None, [_OPTIONAL.get(name)])]]
    except KeyError as error:
        raise BacktestUnreadable(path=str(folder), fault=f"{name}: {error.args[0]}") from error
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        fault = f"{name} is missing" if missing else f"{name}: {str(error).splitlines()[0]}"
        raise BacktestUnreadable(path=str(folder), fault=fault) from error


def _check(path: str, questions: pd.DataFrame, forecasts: pd.DataFrame) -> None:
    """Refuse what no score can be made of."""
    chance, outcome = forecasts["probability"], questions["outcome"]
    faults = {
        "{} probabilities are not in [0, 1]": ~chance.between(0, 1),
        "{} outcomes are neither 0 nor 1": ~outcome.isin((0, 1)),
        "{} questions stand in it more than once": questions.duplicated(_KEY),
    }
    for fault, wrong in faults.items():
        if wrong.any():
            raise BacktestUnreadable(path=path, fault=fault.format(int(wrong.sum())))


def _numbered(names: pd.Series) -> np.ndarray:
    """Number names from 0 in the order of the alphabet: the order of rows settles nothing."""
    return pd.factorize(names, sort=True)[0].astype(np.int64)


def _days(times: pd.Series) -> Floats:
    """Days since 1970, with a fraction; NaN where there is no time."""
    return np.asarray((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1), np.float64)
