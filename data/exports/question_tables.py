"""Exported tables of questions: their words in every version, and their outcomes."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from data.exports.columns import (
    Asked,
    ExportTable,
    Row,
    count,
    day,
    listed,
    moment,
    text,
    time,
)
from data.exports.reading import (
    BODY,
    ENTRY,
    QUESTION,
    TITLES,
    WORLD,
    as_json,
    bodies,
    chosen_by,
    titled,
)
from data.tables import QUESTION_VERSIONS, QUESTIONS, RESOLUTIONS


def _questions(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the questions, in the words that held at the moment asked for."""
    newest = (
        select(QUESTIONS.c.world, QUESTION_VERSIONS)
        .join(QUESTIONS, QUESTIONS.c.id == QUESTION_VERSIONS.c.question)
        .where(asked.holds(QUESTION_VERSIONS))
        .order_by(QUESTIONS.c.seq, QUESTION_VERSIONS.c.version)
    )
    found: dict[str, Row] = {}
    for row, body in bodies(connection, chosen_by(newest, asked, world=QUESTIONS.c.world)):
        shown = {name: value for name, value in body.items() if name != "hindsight_note"}
        said = {name: shown.get(name) for name in ("type", "opens", "closes", "resolves")}
        found[row.question] = {
            **titled(shown),
            **said,
            "id": row.question,
            "world": row.world,
            "version": row.version,
            "criteria_en": shown["criteria"]["en"],
            "criteria_ja": shown["criteria"].get("ja"),
            "choices": [choice["id"] for choice in shown.get("choices", [])],
            "claims": shown.get("claims", []),
            "body": as_json(shown),
            "entry": row.seq,
        }
    yield from found.values()


def _versions(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give every version of every question's words."""
    table = QUESTION_VERSIONS
    query = select(table).where(asked.holds(table)).order_by(table.c.seq)
    for row, body in bodies(connection, chosen_by(query, asked, question=table.c.question)):
        shown = {name: value for name, value in body.items() if name != "hindsight_note"}
        yield {
            "question": row.question,
            "version": row.version,
            "author": row.author,
            "recorded_at": moment(row.recorded_at),
            "reason": row.reason,
            "body": as_json(shown),
            "entry": row.seq,
        }


def _resolutions(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the outcomes, superseded ones too."""
    query = select(RESOLUTIONS).where(asked.holds(RESOLUTIONS)).order_by(RESOLUTIONS.c.seq)
    for row, body in bodies(connection, chosen_by(query, asked, question=RESOLUTIONS.c.question)):
        outcome = body.get("outcome")
        yield {
            "question": row.question,
            "status": body.get("status", "resolved"),
            "outcome": outcome if outcome is None else as_json(outcome),
            "resolved_at": body["resolved_at"],
            "known_by": body["known_by"],
            "recorded_at": moment(row.recorded_at),
            "resolver": row.resolver,
            "basis_en": body["basis"]["en"],
            "basis_ja": body["basis"].get("ja"),
            "supersedes_reason": body.get("supersedes_reason"),
            "entry": row.seq,
        }


_VERSION = count("version", "of its words, from 1", "文言の版（1から）")
_RECORDED = time("recorded_at", "when the ledger took it", "台帳に入った時")
QUESTION_TABLES = (
    ExportTable(
        "questions",
        "One thing to forecast.",
        "予測の対象。",
        (
            text("id", "its id", "id"),
            WORLD,
            text("type", "binary, multiple_choice, numeric or date", "種類"),
            *TITLES,
            day("opens", "first day", "開始日"),
            day("closes", "last day on which it takes forecasts and evidence", "締切日"),
            day("resolves", "day by which it should be resolved", "決着予定日"),
            text("criteria_en", "what decides, English", "判定基準（英語）"),
            text("criteria_ja", "what decides, Japanese", "判定基準（日本語）"),
            listed("choices", "ids of the options", "選択肢のid"),
            listed("claims", "ids of the claims behind it", "元になった主張のid"),
            _VERSION,
            BODY,
            ENTRY,
        ),
        _questions,
        ("world",),
    ),
    ExportTable(
        "question_versions",
        "A version of a question's words.",
        "質問の文言の版。",
        (
            QUESTION,
            _VERSION,
            text("author", "id of who wrote it", "書いた者のid"),
            _RECORDED,
            text("reason", "why it was changed", "改めた理由"),
            BODY,
            ENTRY,
        ),
        _versions,
        ("question",),
    ),
    ExportTable(
        "resolutions",
        "An outcome; the newest of a question holds.",
        "結果。質問ごとに最新のものが有効。",
        (
            QUESTION,
            text("status", "resolved, annulled or ambiguous", "状態"),
            text("outcome", "as JSON: true, an option, a number, a day", "結果（JSON）"),
            day("resolved_at", "when it became fixed", "定まった日"),
            day("known_by", "by when it could be known", "知り得た日"),
            _RECORDED,
            text("resolver", "id of who said so", "判定者のid"),
            text("basis_en", "why, English", "根拠（英語）"),
            text("basis_ja", "why, Japanese", "根拠（日本語）"),
            text("supersedes_reason", "why it supersedes an earlier one", "以前の結果に代わる理由"),
            ENTRY,
        ),
        _resolutions,
        ("question",),
    ),
)
