"""Raw answers: the bytes that platforms sent, each once, under their hash, to be read again."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from data.ledger import canonical_json
from data.market_tables import RAW_ANSWERS, RAW_FETCHES
from forecasts.errors import LedgerBroken

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class RawFetch:
    """What was read, where and when."""

    part: str
    about: Mapping[str, Any]
    sha256: str
    body: bytes
    fetched_at: float


def save_raw(
    connection: Connection,
    platform: str,
    part: str,
    url: str,
    about: Mapping[str, Any],
    body: bytes,
    at: float,
) -> str:
    """Keep an answer with where it came from; give its hash. The same bytes are kept once."""
    sha256 = hashlib.sha256(body).hexdigest()
    row = {"sha256": sha256, "size": len(body), "body": zlib.compress(body, _LEVEL)}
    connection.execute(insert(RAW_ANSWERS).on_conflict_do_nothing(), row)
    fetch = {"platform": platform, "part": part, "url": url, "about": canonical_json(dict(about))}
    connection.execute(insert(RAW_FETCHES), {**fetch, "sha256": sha256, "fetched_at": at})
    return sha256


def count_fetches(connection: Connection, platform: str) -> int:
    """Count what was read of a platform."""
    query = select(func.count()).select_from(RAW_FETCHES).where(RAW_FETCHES.c.platform == platform)
    return connection.execute(query).scalar_one()


def read_fetches(
    connection: Connection, platform: str, after: int = 0
) -> Iterator[tuple[int, RawFetch]]:
    """Read what was read of a platform, the oldest first, with its number.

    Raises:
        LedgerBroken: bytes are not those of their hash.
    """
    query = (
        select(RAW_FETCHES, RAW_ANSWERS.c.body)
        .join(RAW_ANSWERS, RAW_ANSWERS.c.sha256 == RAW_FETCHES.c.sha256)
        .where(RAW_FETCHES.c.platform == platform, RAW_FETCHES.c.id > after)
        .order_by(RAW_FETCHES.c.id)
    )
    for row in connection.execute(query):
        body = zlib.decompress(row.body)
        if hashlib.sha256(body).hexdigest() != row.sha256:
            raise LedgerBroken(seq=row.id, what="a raw answer does not match its hash")
        yield row.id, RawFetch(row.part, json.loads(row.about), row.sha256, body, row.fetched_at)
