"""Records what each operation answers in the shipped bank's world, as examples for OpenAPI.

Run by hand when operations change: python -m tests.attack.recording
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as tests/conftest.py does

import contextlib
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import tests.conftest
from api.app import create_app
from api.files import shipped_file
from api.instance import open_instance
from api.keys import create_key
from api.openapi_examples import RECORDED
from api.settings import Settings
from api.workflows.loading import load_bank
from data.banks import bank_directory
from data.banks import load_bank as read_bank
from tests.api.answering import answering
from tests.attack.probes import Operation, operations_of
from tests.attack.sending import Answer, request, send

NOW = tests.conftest.NOW
#: Items of a list and characters of a text that are kept.
_ITEMS, _CHARACTERS = 1, 300
#: What is computed beside the server is there after so many tries, a second apart.
_TRIES = 60
_SECRET = ("kz_", "whsec_", "http://127", "https://127")


def main() -> None:
    """Ask everything once, and keep the answers."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = record_in(Path(folder) / "bank.db")
    text = json.dumps(recorded, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    shipped_file(RECORDED).write_text(text + "\n", encoding="utf-8")


def record_in(path: Path) -> dict[str, dict[str, Any]]:
    """Serve the shipped bank from a database, and ask it everything."""
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        bank = read_bank(bank_directory())
        instance.writer.do(lambda change: load_bank(change, bank, NOW))
        key = instance.writer.do(lambda change: create_key(change, "Aki", "admin", NOW))
        settings = Settings(rate_per_minute=0, rate_strangers=0)
        with answering(create_app(instance, settings)) as url:
            return record(url, key)


def record(url: str, key: str) -> dict[str, dict[str, Any]]:
    """Ask every operation: what makes something first, then what reads, then what ends it."""
    document = json.loads(send(url, request("GET", "/api/v1/openapi.json")).body)
    operations = list(operations_of(document))
    known: dict[str, str] = {}
    recorded: dict[str, dict[str, Any]] = {}
    for one in sorted(operations, key=_turn):
        name = one.told["operationId"]
        if name == "follow_events":
            continue
        answer = _asked(url, key, one, known)
        if answer.status >= 300 or "json" not in answer.headers.get("content-type", ""):
            continue  # its example is made of its schema
        value = json.loads(answer.body)
        _remember(one, value, known)
        recorded[name] = {str(answer.status): _short(value)}
        if one.method == "POST" and "200" in one.told["responses"] and answer.status == 201:
            recorded[name]["200"] = recorded[name]["201"]
    return recorded


def _turn(one: Operation) -> tuple[int, int]:
    """Give when an operation is asked: makers, readers, then all else; shorter addresses first."""
    maker = one.method == "POST" and "{" not in one.path
    return (0 if maker else 1 if one.method == "GET" else 2, len(one.path))


def _asked(url: str, key: str, one: Operation, known: dict[str, str]) -> Answer:
    """Ask one operation until what it needs is computed."""
    body = b"" if one.body is None else json.dumps(one.body).encode()
    target = one.address(known).replace("dry_run=true", "dry_run=false")
    headers = [("Authorization", f"Bearer {key}"), ("Content-Type", "application/json")]
    if "412" in one.told["responses"]:
        headers.append(("If-Match", "*"))
    for _ in range(_TRIES):
        answer = send(url, request(one.method, target, headers, body), one.method)
        if answer.status != 409 or "retry-after" not in answer.headers:
            break
        time.sleep(1)
    return answer


def _remember(one: Operation, value: Any, known: dict[str, str]) -> None:
    """Keep the ids that the links of an operation give."""
    for answer in one.told["responses"].values():
        for link in answer.get("links", {}).values():
            for parameter, place in link["parameters"].items():
                with contextlib.suppress(LookupError, TypeError):
                    found = value
                    for step in place.partition("#/")[2].split("/"):
                        found = found[int(step)] if isinstance(found, list) else found[step]
                    known[parameter] = str(found)


def _short(value: Any) -> Any:
    """Cut an answer down to what shows its form."""
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value[: 3 if value and _is_plain(value[0]) else _ITEMS]]
    if isinstance(value, str) and value.startswith(_SECRET):
        return value[:12] + "..."
    if isinstance(value, str) and len(value) > _CHARACTERS:
        return value[:_CHARACTERS] + "..."
    return round(value, 4) if isinstance(value, float) else value


def _is_plain(value: Any) -> bool:
    """Tell whether a value has no parts."""
    return not isinstance(value, dict | list)


if __name__ == "__main__":
    main()
