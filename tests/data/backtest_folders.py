"""Folders of forecasts with known outcomes, as small as can be."""

import pandas as pd


def day(number):
    return pd.Timestamp(f"2025-01-{number:02d}", tz="UTC")


def write_folder(folder, *, outcome=1.0, probabilities=(0.2, 0.4, 0.9), ids=("q1",), source="made"):
    """Write one question (or more alike), a forecaster who says three things, and a market."""
    folder.mkdir(parents=True, exist_ok=True)
    said = [
        {"forecaster_id": "ann", "kind": "human", "timestamp": day(d), "probability": p}
        for d, p in zip((1, 5, 9), probabilities, strict=True)
    ]
    said.append({"forecaster_id": "pm", "kind": "market", "timestamp": day(4), "probability": 0.6})
    key = [{"source": source, "question_id": name} for name in ids]
    times = {"end_time": day(10), "resolve_time": day(11), "group_id": "g", "outcome": outcome}
    tables = {
        "questions": [k | times for k in key],
        "forecasts": [k | row | {"step": pd.NA} for k in key for row in said],
        "eval_points": [
            k | {"eval": name, "eval_time": day(d), "eval_step": pd.NA}
            for k in key
            for name, d in (("mid", 5), ("final", 10))
        ],
    }
    for name, rows in tables.items():
        table = pd.DataFrame(rows)
        for column in {"step", "eval_step"} & set(table):
            table[column] = table[column].astype("Int64")
        table.to_parquet(folder / f"{name}.parquet")
    return str(folder)
