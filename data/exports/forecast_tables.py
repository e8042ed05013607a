"""Exported tables of forecasts: those that people and bots state, and the model's history."""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from data.derived_tables import SCENARIO_STEPS, STEPS
from data.exports.columns import (
    Asked,
    ExportTable,
    Row,
    flag,
    moment,
    number,
    text,
    time,
)
from data.exports.reading import BODY, ENTRY, QUESTION, WORLD, bodies, chosen_by
from data.tables import ACTORS, FORECASTS

_AT = time("at", "from when it held", "有効になった時")
_CAUSES = (
    text("cause", "what moved it: evidence, time, resolution, ...", "動かしたもの"),
    text("cause_id", "the record, question or fit behind it", "その記録・質問・推定のid"),
)
_BITS = number("bits", "change of log2 odds", "log2オッズの変化")


def _forecasts(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the forecasts that people and bots stated and that the reader may see."""
    query = select(FORECASTS).where(asked.holds(FORECASTS), asked.shown)
    columns = {"question": FORECASTS.c.question, "forecaster": FORECASTS.c.forecaster}
    for row, body in bodies(
        connection, chosen_by(query.order_by(FORECASTS.c.seq), asked, **columns)
    ):
        ended = row.until is not None and (row.until <= asked.at or row.ended_by == "expired")
        yield {
            "id": row.id,
            "question": row.question,
            "forecaster": row.forecaster,
            "recorded_at": moment(row.recorded_at),
            "until": moment(row.until) if ended else None,
            "ended_by": row.ended_by if ended else None,
            "probability": row.probability,
            "rationale": body.get("rationale"),
            "body": row.body,
            "entry": row.seq,
        }


def _forecasters(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give who submits: ids, kinds and names."""
    since = ACTORS.c.created_at
    query = select(ACTORS).where(or_(since.is_(None), since <= asked.at)).order_by(ACTORS.c.id)
    for row in connection.execute(query):
        gone = row.forgotten_at is not None
        yield {
            "id": row.id,
            "kind": row.kind,
            "name": None if gone else row.name,
            "about": None if gone else row.about,
            "since": moment(row.created_at),
            "forgotten": gone,
        }


def _history(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give every step of the model's forecasts."""
    query = select(STEPS).where(STEPS.c.at <= asked.at).order_by(STEPS.c.id)
    columns = {"question": STEPS.c.question, "world": STEPS.c.world}
    for row, body in bodies(connection, chosen_by(query, asked, **columns)):
        yield {
            "question": row.question,
            "world": row.world,
            "at": moment(row.at),
            "cause": row.cause,
            "cause_id": row.cause_id or None,
            "direct": bool(row.direct),
            "bits": row.bits,
            "probability": row.probability,
            "low": _text(body.get("low")),
            "median": _text(body.get("median")),
            "high": _text(body.get("high")),
            "body": row.body,
        }


def _scenario_history(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give every step of the scenarios' probabilities."""
    query = select(SCENARIO_STEPS).where(SCENARIO_STEPS.c.at <= asked.at)
    chosen = chosen_by(query, asked, world=SCENARIO_STEPS.c.world)
    for row in connection.execute(chosen.order_by(SCENARIO_STEPS.c.id)):
        yield {
            "scenario": row.scenario,
            "world": row.world,
            "at": moment(row.at),
            "cause": row.cause,
            "cause_id": row.cause_id or None,
            "bits": row.bits,
            "probability": row.probability,
            "monte_carlo_error": row.monte_carlo_error,
        }


def _text(value: object) -> str | None:
    """Give a number or a day as text: a column has one type."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


FORECAST_TABLES = (
    ExportTable(
        "forecasts",
        "A forecast that a person, bot or market stated.",
        "人・ボット・市場が述べた予測。",
        (
            text("id", "its id", "id"),
            QUESTION,
            text("forecaster", "id of who stated it", "予測者のid"),
            time("recorded_at", "from when it stood", "有効になった時"),
            time("until", "until when it stood; empty while it stands", "有効だった期限"),
            text("ended_by", "superseded, withdrawn or expired", "終わった訳"),
            number("probability", "of yes, for binary questions", "「はい」の確率"),
            text("rationale", "why", "理由"),
            BODY,
            ENTRY,
        ),
        _forecasts,
        ("question", "forecaster"),
    ),
    ExportTable(
        "forecasters",
        "Who submits forecasts, evidence or outcomes.",
        "予測・証拠・結果を提出する者。",
        (
            text("id", "its id", "id"),
            text("kind", "person, bot, curator or market", "種類"),
            text("name", "empty where it was forgotten", "名（忘れられた者は空）"),
            text("about", "in its own words", "自己紹介"),
            time("since", "when it came", "登録の時"),
            flag("forgotten", "its profile was erased", "名が消されたか"),
        ),
        _forecasters,
    ),
    ExportTable(
        "history",
        "One step of a model's forecast, and what caused it.",
        "モデルの予測の一歩と、その原因。",
        (
            QUESTION,
            WORLD,
            _AT,
            *_CAUSES,
            flag("direct", "bears on the question itself", "質問に直に関わるか"),
            _BITS,
            number("probability", "of yes, for binary questions", "「はい」の確率"),
            text("low", "lower end of the 90% interval", "90%区間の下端"),
            text("median", "of numbers and days", "中央値（数・日付）"),
            text("high", "upper end of the 90% interval", "90%区間の上端"),
            BODY,
        ),
        _history,
        ("question", "world"),
    ),
    ExportTable(
        "scenario_history",
        "One step of a scenario's probability.",
        "シナリオの確率の一歩。",
        (
            text("scenario", "id of the scenario", "シナリオのid"),
            WORLD,
            _AT,
            *_CAUSES,
            _BITS,
            number("probability", "of the scenario", "シナリオの確率"),
            number("monte_carlo_error", "standard error", "標準誤差"),
        ),
        _scenario_history,
        ("world",),
    ),
)
