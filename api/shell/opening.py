"""Reaching the data from the command line: directly, or through the server that holds them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx2

from api.client.connection import Connection, ProblemTold
from api.command import current_command
from api.instance import open_instance
from api.settings import read_settings
from api.tokens import new_operator_token
from data.database import Database, WriteLock, database_path
from data.facts import read_questions
from data.formats.questions import QuestionFormat
from forecasts.errors import KizashiError

#: An answer may have to wait for a resampling of every draw.
_TIMEOUT_SECONDS = 60.0
#: What is sent as bytes is a fit, under which the server reads all evidence anew.
_LONG_TIMEOUT_SECONDS = 3_600.0
#: Rows of a page: as many as a server gives.
_MOST_ROWS = 500


class NoDatabase(KizashiError):
    """There is nothing to read yet."""

    message = "There is no database at {path} yet. Start `kizashi serve` once, or mend --database."


def database_url(option: str | None) -> str:
    """Give the database's address: the option, else the setting."""
    return option or read_settings().database


@contextmanager
def open_for_reading(option: str | None) -> Iterator[Database]:
    """Open a database that exists; a server may be writing to it meanwhile.

    Raises:
        NoDatabase: there is none.
    """
    url = database_url(option)
    path = database_path(url)
    if not path.exists():
        raise NoDatabase(path=path.name)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def is_remote() -> bool:
    """Tell whether the command speaks to a server that was named, and not to a database here."""
    return current_command().server is not None


def is_now() -> bool:
    """Tell whether the present is asked for, of a database here."""
    return not is_remote() and current_command().as_of is None


def call(
    option: str | None,
    method: str,
    path: str,
    body: object,
    language: str,
    *,
    seconds: float = _TIMEOUT_SECONDS,
) -> dict[str, Any]:
    """Make one call of the API.

    It goes to the server that was named, else to the one that holds the database, else it is
    answered in this process. What the command was told (`--as-of`, `--dry-run`) goes with it.

    Args:
        body: sent as it is if it is bytes, else as JSON.
        seconds: an answer may take so long.

    Raises:
        ProblemTold: with the problem's own words.
        NoConnection: the named server does not answer.
    """
    command = current_command()
    path = _with_wishes(path)
    if command.server is not None:
        connection = Connection(command.server, command.key, language)
        told: dict[str, Any] = connection.ask(method, path, body=body)
        connection.close()
        return told
    url = database_url(option)
    holder = WriteLock(database_path(url)).holder()
    if holder is not None:
        transport = httpx2.AsyncHTTPTransport()
        return asyncio.run(
            _send(transport, holder["url"], holder["token"], method, path, body, language, seconds)
        )
    from api.app import create_app  # noqa: PLC0415  # a second that reading need not pay

    token = new_operator_token()
    with open_instance(url, note={"token": token, "url": ""}) as instance:
        instance.let_time_pass()
        inside = httpx2.ASGITransport(app=create_app(instance))
        return asyncio.run(
            _send(inside, "http://kizashi", token, method, path, body, language, seconds)
        )


async def _send(
    transport: httpx2.AsyncBaseTransport,
    base: str,
    token: str,
    method: str,
    path: str,
    body: object,
    language: str,
    seconds: float,
) -> dict[str, Any]:
    """Send one request and read its answer."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    timeout = _LONG_TIMEOUT_SECONDS if isinstance(body, bytes) else seconds
    async with httpx2.AsyncClient(
        transport=transport, base_url=base, headers=headers, timeout=timeout
    ) as client:
        address = f"/api/v1{path}"
        if isinstance(body, bytes):
            kind = {"Content-Type": "application/octet-stream"}
            response = await client.request(method, address, content=body, headers=kind)
        else:
            response = await client.request(method, address, json=body)
    answer: dict[str, Any] = response.json()
    if response.is_error:
        raise ProblemTold(status=response.status_code, problem=answer)
    return answer


def _with_wishes(path: str) -> str:
    """Add to an address what the command was told."""
    command = current_command()
    wishes = {"as_of": command.as_of, "dry_run": "true" if command.dry_run else None}
    query = urlencode({name: value for name, value in wishes.items() if value is not None})
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def call_for_all(option: str | None, path: str, language: str, **filters: Any) -> list[Any]:
    """Read a whole collection, page by page."""
    items: list[Any] = []
    given = {name: value for name, value in filters.items() if value is not None}
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        query = urlencode({"limit": _MOST_ROWS, **given, **cursor})
        page = call(option, "GET", f"{path}?{query}", None, language)
        items += page["items"]
        following = page["next_cursor"]
        cursor = None if following is None else {"cursor": following}
    return items


def written_questions(option: str | None, language: str) -> dict[str, QuestionFormat]:
    """Give every question as it was written, from where the command reads."""
    if not is_remote():
        with open_for_reading(option) as opened, opened.read() as connection:
            return {name: found for name, (_, found) in read_questions(connection).items()}
    items = call_for_all(option, "/questions", language)
    return {one["id"]: QuestionFormat.model_validate(one["question"]) for one in items}
