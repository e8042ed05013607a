"""Following events, and webhooks, from the command line."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2

from api.client.connection import NoConnection, ProblemTold
from api.command import current_command
from api.language import translate
from api.shell.opening import call, database_url
from api.shell.output import print_json, print_line, print_table, wants_json
from api.words import bits_in_words
from data.database import WriteLock, database_path
from forecasts.errors import KizashiError

#: A server is silent for 15 s at most; what is silent for longer is not there any more.
_SILENCE_SECONDS = 40.0
#: After a break one comes back so soon.
_PAUSE_SECONDS = 3.0
#: Movements that a line tells.
_MOST_MOVEMENTS = 3


class NoServer(KizashiError):
    """Nothing runs that could be followed."""

    message = "No server holds this database. Start `kizashi serve`, and watch while it runs."


def watch(
    database: str | None,
    kinds: str | None,
    question: str | None,
    since: int | None,
    count: int | None,
    output: str | None,
    language: str,
) -> None:
    """Print events as they come, and come back after a break; end after so many.

    Raises:
        NoServer, NoConnection: there is none when it begins.
        ProblemTold: with the problem's own words.
    """
    base, key = _server(database)
    wishes = {"kinds": kinds, "question": question}
    query = {name: value for name, value in wishes.items() if value is not None}
    last, told = None if since is None else str(since), 0
    as_json = wants_json(output)
    while True:
        for name, data in _blocks(base, key, query, last, language):
            if last is None and name is not None:
                _print_beginning(int(name), language, as_json=as_json)
            last = name or last
            if data is not None:
                _print_event(data, as_json=as_json)
                told += 1
            if count is not None and told >= count:
                return
        time.sleep(_PAUSE_SECONDS)


def add_webhook(
    database: str | None, url: str, kinds: str | None, question: str | None, language: str
) -> None:
    """Make a webhook, and print it with its secret."""
    body = {"url": url, "kinds": kinds.split(",") if kinds else [], "question": question}
    print_json(call(database, "POST", "/webhooks", body, language))


def list_webhooks(database: str | None, output: str | None, language: str) -> None:
    """Print webhooks."""
    answer = call(database, "GET", "/webhooks?limit=500", None, language)
    if wants_json(output):
        print_json(answer)
        return
    words = ("Webhook", "Address", "Kinds", "Question", "Waiting", "Last answer", "Switched off")
    rows = [
        (
            item["id"],
            item["url"],
            ",".join(item["kinds"]),
            item["question"] or "",
            item["waiting"],
            item["last_status"] or "",
            item["disabled_because"] or "",
        )
        for item in answer["items"]
    ]
    print_table([translate(word, language) for word in words], rows)


def ask_for(database: str | None, method: str, path: str, language: str) -> None:
    """Ask for something that needs no body, and print the answer."""
    print_json(call(database, method, path, None, language))


def _server(database: str | None) -> tuple[str, str | None]:
    """Give the address and key of the server that was named, or that holds the database."""
    command = current_command()
    if command.server is not None:
        return command.server.rstrip("/"), command.key
    holder = WriteLock(database_path(database_url(database))).holder()
    if holder is None:
        raise NoServer
    return str(holder["url"]), str(holder["token"])


def _blocks(
    base: str, key: str | None, query: dict[str, str], last: str | None, language: str
) -> Iterator[tuple[str | None, dict[str, Any] | None]]:
    """Give the id and data of each block of a stream, until it breaks.

    Raises:
        ProblemTold: the server refused it.
        NoConnection: there was none at the beginning.
    """
    headers = {"Accept-Language": language}
    headers |= {} if key is None else {"Authorization": f"Bearer {key}"}
    headers |= {} if last is None else {"Last-Event-ID": last}
    address = f"{base}/api/v1/events"
    try:
        with httpx2.stream(
            "GET", address, params=query, headers=headers, timeout=_SILENCE_SECONDS
        ) as stream:
            if stream.is_client_error:
                problem = json.loads(stream.read())
                raise ProblemTold(status=stream.status_code, problem=problem)
            if stream.is_success:
                yield from _read(stream.iter_lines())
    except httpx2.HTTPError as error:
        if last is None:
            raise NoConnection(server=base, reason=type(error).__name__) from error


def _read(lines: Iterator[str]) -> Iterator[tuple[str | None, dict[str, Any] | None]]:
    """Read blocks of lines."""
    name, data = None, None
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "id":
            name = value
        elif field == "data":
            data = json.loads(value)
        elif not line:
            yield name, data
            name, data = None, None


def _print_beginning(entry: int, language: str, *, as_json: bool) -> None:
    """Say from where on is followed."""
    if as_json:
        print_json({"following": entry})
    else:
        text = translate("Following what comes after entry {entry}.", language)
        print_line(text.format(entry=entry))
    sys.stdout.flush()


def _print_event(data: dict[str, Any], *, as_json: bool) -> None:
    """Print an event in a line."""
    if as_json:
        print_line(json.dumps(data, ensure_ascii=False))
    else:
        moved = [
            f"{m['question']} {_short(m.get('before'))} → {_short(m.get('after'))} "
            f"({bits_in_words(m['bits'])})"
            for m in data["movements"][:_MOST_MOVEMENTS]
        ]
        at = data.get("recorded_at") or data["at"]
        print_line("  ".join([at[:19], data["kind"], data.get("address", ""), *moved]))
    sys.stdout.flush()


def _short(value: float | str | None) -> str:
    """Write a probability, a number or a day shortly."""
    if isinstance(value, float):
        return f"{value:.3g}"
    return "–" if value is None else str(value)
