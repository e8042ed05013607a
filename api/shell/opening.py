"""Reaching the data from the command line: directly, or through the server that holds them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from api.app import create_app
from api.instance import open_instance
from api.settings import read_settings
from api.tokens import new_operator_token
from data.database import Database, WriteLock, database_path
from forecasts.errors import KizashiError

#: An answer may have to wait for a resampling of every draw.
_TIMEOUT_SECONDS = 60.0
#: What is sent as bytes is a fit, under which the server reads all evidence anew.
_LONG_TIMEOUT_SECONDS = 3_600.0


class NoDatabase(KizashiError):
    """There is nothing to read yet."""

    message = "There is no database at {path} yet. Start `kizashi serve` once, or mend --database."


class ServerRefused(KizashiError):
    """The server said no; its own words say why."""

    message = "{detail}"


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


def call(option: str | None, method: str, path: str, body: object, language: str) -> dict[str, Any]:
    """Make one call of the API: to the server that holds the database, else in this process.

    Args:
        body: sent as it is if it is bytes, else as JSON.

    Raises:
        ServerRefused: with the problem's own words.
    """
    url = database_url(option)
    holder = WriteLock(database_path(url)).holder()
    if holder is not None:
        transport = httpx2.AsyncHTTPTransport()
        return asyncio.run(
            _send(transport, holder["url"], holder["token"], method, path, body, language)
        )
    token = new_operator_token()
    with open_instance(url, note={"token": token, "url": ""}) as instance:
        instance.let_time_pass()
        inside = httpx2.ASGITransport(app=create_app(instance))
        return asyncio.run(_send(inside, "http://kizashi", token, method, path, body, language))


async def _send(
    transport: httpx2.AsyncBaseTransport,
    base: str,
    token: str,
    method: str,
    path: str,
    body: object,
    language: str,
) -> dict[str, Any]:
    """Send one request and read its answer."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    timeout = _LONG_TIMEOUT_SECONDS if isinstance(body, bytes) else _TIMEOUT_SECONDS
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
        faults = [f"\n  {fault['pointer']}: {fault['message']}" for fault in answer["errors"]]
        raise ServerRefused(detail=answer["detail"] + "".join(faults))
    return answer
