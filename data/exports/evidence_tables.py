"""Exported tables of evidence: records, and what each says of which question."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from data.exports.columns import (
    Asked,
    ExportTable,
    Row,
    count,
    day,
    flag,
    listed,
    moment,
    number,
    text,
    time,
)
from data.exports.reading import (
    BODY,
    ENTRY,
    QUESTION,
    as_json,
    bodies,
    chosen_by,
)
from data.tables import EVIDENCE, STANCES


def _evidence(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the records of evidence."""
    query = select(EVIDENCE).where(asked.holds(EVIDENCE)).order_by(EVIDENCE.c.seq)
    chosen = chosen_by(query, asked, submitter=EVIDENCE.c.submitter, origin=EVIDENCE.c.origin)
    if "question" in asked.where:
        bearing = select(STANCES.c.evidence).where(STANCES.c.question == asked.where["question"])
        chosen = chosen.where(EVIDENCE.c.id.in_(bearing))
    for row, body in bodies(connection, chosen):
        retracted = row.retracted_at
        yield {
            "id": row.id,
            "published": body["published"],
            "observed": body.get("observed"),
            "recorded_at": moment(row.recorded_at),
            "replayed": bool(row.replayed),
            "retracted_at": moment(retracted if retracted and retracted <= asked.at else None),
            "submitter": row.submitter,
            "source": body["source"],
            "grade": body.get("grade", "F6"),
            "kind": body.get("kind", "report"),
            "origin": row.origin,
            "url": body.get("url"),
            "fact_en": body["fact"]["en"],
            "fact_ja": body["fact"].get("ja"),
            "questions": [stance["question"] for stance in body.get("stances", [])],
            "entry": row.seq,
        }


def _stances(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give every stance of every record."""
    query = select(EVIDENCE).where(asked.holds(EVIDENCE)).order_by(EVIDENCE.c.seq)
    for row, body in bodies(connection, chosen_by(query, asked, submitter=EVIDENCE.c.submitter)):
        for place, stance in enumerate(body.get("stances", [])):
            if asked.where.get("question") in (None, stance["question"]):
                said = ("question", "direction", "choice", "strength", "likelihood_ratio")
                yield {
                    **{name: stance.get(name) for name in said},
                    "evidence": row.id,
                    "position": place,
                    "body": as_json(stance),
                }


_SUBMITTER = text("submitter", "id of who submitted it", "提出者のid")
EVIDENCE_TABLES = (
    ExportTable(
        "evidence",
        "A dated, sourced fact.",
        "日付と出所のある事実。",
        (
            text("id", "its id", "id"),
            text("published", "day or month", "公表の日か月"),
            day("observed", "when the submitter saw it", "提出者が見た日"),
            time("recorded_at", "when the ledger took it", "台帳に入った時"),
            flag("replayed", "from a bank: collected with hindsight", "質問集から（後知恵で収集）"),
            time("retracted_at", "when it was taken back", "取り下げられた時"),
            _SUBMITTER,
            text("source", "who said it", "情報源"),
            text("grade", "Admiralty grade, A1 to F6", "信頼度（A1〜F6）"),
            text("kind", "fact, report or rumour", "種別"),
            text("origin", "records that repeat one report share it", "同じ報を伝える記録に共通"),
            text("url", "where it can be read", "読める場所"),
            text("fact_en", "the fact, English", "事実（英語）"),
            text("fact_ja", "the fact, Japanese", "事実（日本語）"),
            listed("questions", "ids of the questions that it bears on", "関わる質問のid"),
            ENTRY,
        ),
        _evidence,
        ("question", "submitter", "origin"),
    ),
    ExportTable(
        "stances",
        "What one record says of one question.",
        "一つの記録が一つの質問について言うこと。",
        (
            text("evidence", "id of the record", "記録のid"),
            count("position", "its place in the record, from 0", "記録の中の位置（0から）"),
            QUESTION,
            text("direction", "yes, no, toward, higher, lower, sooner or later", "向き"),
            text("choice", "option that it speaks of", "選択肢"),
            text("strength", "in a word", "強さ"),
            number("likelihood_ratio", "in a number", "尤度比"),
            BODY,
        ),
        _stances,
        ("question", "submitter"),
    ),
)
