"""Exported tables of what banks bring: documents, claims, sources, worlds and drivers."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from data.exports.columns import (
    Asked,
    ExportTable,
    Row,
    count,
    listed,
    text,
)
from data.exports.reading import (
    ENTRY,
    TITLES,
    WORLD,
    bodies,
    titled,
)
from data.tables import BANKS, WORLDS


def _banks(connection: Connection, asked: Asked) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give the banks."""
    query = select(BANKS.c.seq, BANKS.c.body).where(asked.holds(BANKS)).order_by(BANKS.c.seq)
    yield from bodies(connection, query)


def _documents(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the documents that questions were drawn from."""
    for row, body in _banks(connection, asked):
        bank = body["bank"]
        yield {
            **titled(bank["document"]),
            "id": bank["document"]["id"],
            "bank": bank["id"],
            "language": bank["document"]["language"],
            "written": bank["document"]["written"],
            "characters": bank["document"]["characters"],
            "world": bank["world"]["id"],
            "curator": bank["curator"],
            "licence": bank["licence"],
            "entry": row.seq,
        }


def _claims(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the claims of every document."""
    for _, body in _banks(connection, asked):
        for claim in body["claims"]:
            yield {
                "id": claim["id"],
                "document": body["bank"]["document"]["id"],
                "start": claim["start"],
                "end": claim["end"],
                "sha1": claim["sha1"],
                "section": claim["section"],
                "paraphrase_en": claim["paraphrase"]["en"],
                "paraphrase_ja": claim["paraphrase"].get("ja"),
                "actors": claim.get("actors", []),
            }


def _sources(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the sources that banks describe."""
    for _, body in _banks(connection, asked):
        for source in body["sources"]:
            said = {name: source.get(name) for name in ("id", "kind", "url")}
            yield {**titled(source), **said, "bank": body["bank"]["id"]}


def _worlds(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the worlds."""
    query = select(WORLDS.c.seq, WORLDS.c.body).where(asked.holds(WORLDS)).order_by(WORLDS.c.seq)
    for row, body in bodies(connection, query):
        drivers = [driver["id"] for driver in body["drivers"]]
        yield {**titled(body), "id": body["id"], "drivers": drivers, "entry": row.seq}


def _drivers(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the drivers of every world."""
    query = select(WORLDS.c.body).where(asked.holds(WORLDS)).order_by(WORLDS.c.seq)
    for _, body in bodies(connection, query):
        for driver in body["drivers"]:
            high = {"high_en": driver["high"]["en"], "high_ja": driver["high"].get("ja")}
            yield {**titled(driver), **high, "id": driver["id"], "world": body["id"]}


_ID = text("id", "its id", "id")
BANK_TABLES = (
    ExportTable(
        "documents",
        "A document that questions were drawn from.",
        "質問の元になった文書。",
        (
            _ID,
            *TITLES,
            text("bank", "bank that brought it", "収めた質問集"),
            text("language", "ISO 639-1", "言語（ISO 639-1）"),
            text("written", "day or month", "書かれた日か月"),
            count("characters", "its length", "文字数"),
            WORLD,
            text("curator", "id of who made the bank", "質問集の編者のid"),
            text("licence", "of the bank", "質問集の利用条件"),
            ENTRY,
        ),
        _documents,
    ),
    ExportTable(
        "claims",
        "One passage of a document that can turn out true or false.",
        "真偽が後に分かる、文書の一節。",
        (
            _ID,
            text("document", "id of the document", "文書のid"),
            count("start", "first character, from 0", "最初の文字（0から）"),
            count("end", "character after the last", "最後の次の文字"),
            text("sha1", "first ten digits of the hash of the passage", "本文のハッシュの先頭10桁"),
            count("section", "section of the document, from 1", "節（1から）"),
            text("paraphrase_en", "in our words, English", "言い換え（英語）"),
            text("paraphrase_ja", "in our words, Japanese", "言い換え（日本語）"),
            listed("actors", "whom it is about", "関わる者"),
        ),
        _claims,
    ),
    ExportTable(
        "sources",
        "Who says things, as banks describe them.",
        "情報源（質問集による）。",
        (
            _ID,
            *TITLES,
            text("kind", "actor, public_body, press, tracker, research or other", "種類"),
            text("url", "where it publishes", "公開の場所"),
            text("bank", "bank that describes it", "記した質問集"),
        ),
        _sources,
    ),
    ExportTable(
        "worlds",
        "A joint model of linked questions.",
        "結び付いた質問の同時モデル。",
        (_ID, *TITLES, listed("drivers", "ids of its drivers", "ドライバーのid"), ENTRY),
        _worlds,
    ),
    ExportTable(
        "drivers",
        "A latent force, standard normal to begin with.",
        "潜在的な力（初めは標準正規）。",
        (
            _ID,
            WORLD,
            *TITLES,
            text("high_en", "what a high value means, English", "高い値の意味（英語）"),
            text("high_ja", "what a high value means, Japanese", "高い値の意味（日本語）"),
        ),
        _drivers,
    ),
)
