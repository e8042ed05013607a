"""Reading a folder of forecasts with known outcomes, as a panel of points without look-ahead."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.backtest_tables import KEY, BacktestUnreadable, read_tables
from data.unreadable import Fault
from forecasts.errors import KizashiError
from forecasts.outcomes import Floats
from forecasts.panels import Panel

#: Kinds of forecasters that are no person, bot or model of their own.
_MARKETS = ("market", "crowd")
#: Sources each step of which was asked for afresh: a forecast of an earlier step does not stand.
_STEPS_APART = ("halawi2024",)


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
    that do. At each point the latest forecast of each forecaster counts that was made by then; one
    without a forecaster has one of its own.

    Raises:
        BacktestUnreadable: a file or column is missing, or holds what it cannot hold.
        OutcomesShared: there is nothing to learn from but what is forecast.
    """
    questions, forecasts, points = read_tables(path)
    points["asked"], shared = True, 0
    if train is not None:
        taught, shared = _without(read_tables(train), questions)
        if taught[0].empty:
            raise OutcomesShared(count=shared, path=path, train=train)
        taught[2]["asked"] = False
        questions, forecasts, points = (
            pd.concat(both, ignore_index=True)
            for both in zip((questions, forecasts, points), taught, strict=True)
        )
    points = points.merge(questions, on=KEY)
    points["strand"] = _strands(points)
    standing = _standing(points, forecasts)
    if not points["asked"].iloc[standing["point"]].any():
        raise BacktestUnreadable(path=path, fault=Fault.NOBODY)
    stood = points.index.isin(standing["point"])
    standing["point"] = (np.cumsum(stood) - 1)[standing["point"]]
    asked = points["asked"].to_numpy(bool)[stood]
    return Backtest(_panel(points[stood], standing), asked, shared)


def _without(
    tables: Sequence[pd.DataFrame], questions: pd.DataFrame
) -> tuple[list[pd.DataFrame], int]:
    """Take all rows of some questions out of tables; tell how many of these there were."""
    known = pd.MultiIndex.from_frame(questions[KEY])
    new = [table[~pd.MultiIndex.from_frame(table[KEY]).isin(known)].copy() for table in tables]
    return new, len(tables[0]) - len(new[0])


def _strands(points: pd.DataFrame) -> pd.Series:
    """Name the part of its source that each point is of, by platform.

    Where one side names no platform of a source, what was learned of its platforms could not be
    found again: there the source is one.
    """
    is_named, source = points["platform"].notna(), points["source"]
    by_side = is_named.groupby([source, points["asked"]]).transform("any")
    platform = points["platform"].where(by_side.groupby(source).transform("all"))
    return source + "/" + platform.fillna("")


def _standing(points: pd.DataFrame, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Give the latest forecast of each forecaster at each point, by time or by step."""
    asked = points[[*KEY, "eval_time", "eval_step"]].reset_index(names="point")
    said = forecasts.reset_index(names="row").merge(asked, on=KEY)
    nameless = "\n" + said["row"].astype("str")
    said["forecaster_id"] = said["forecaster_id"].fillna(nameless)
    by_step, apart = said["eval_step"].notna(), said["source"].isin(_STEPS_APART)
    in_step = np.where(apart, said["step"] == said["eval_step"], said["step"] <= said["eval_step"])
    said["stands"] = np.where(by_step, in_step, said["timestamp"] <= said["eval_time"])
    said["moment"] = np.where(by_step, said["step"], _days(said["timestamp"]))
    said = said[said["stands"]].sort_values(["point", "moment", "timestamp", "step", "row"])
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
        group=_numbered(points["source"] + "\n" + points["group_id"]),
        outcome=points["outcome"].to_numpy(float),
        made=_days(points["eval_time"]),
        known=_days(points["resolve_time"].fillna(points["end_time"])),
        point=standing["point"].to_numpy(np.int64),
        forecaster=_numbered(people),
        probability=standing["probability"].to_numpy(float),
        time=_days(standing["timestamp"]),
        is_market=standing["kind"].isin(_MARKETS).to_numpy(bool),
    )


def _numbered(names: pd.Series) -> np.ndarray:
    """Number names from 0 in the order of the alphabet: the order of rows settles nothing."""
    return pd.factorize(names, sort=True)[0].astype(np.int64)


def _days(times: pd.Series) -> Floats:
    """Days since 1970, with a fraction; NaN where there is no time."""
    return np.asarray((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1), np.float64)
