"""Requests that nobody should send, on every operation: refused as problems, without an echo."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.instance import open_instance
from api.keys import create_key
from api.settings import Settings
from tests.api.answering import answering
from tests.attack.probes import MARK, METHODS, Operation, Probe, operations_of, probes_of
from tests.attack.sending import Answer, request, send
from tests.conftest import NOW

pytestmark = pytest.mark.slow
LARGEST_PROBLEM = 4_096
_IS_POINTER = re.compile(r"(/[A-Za-z0-9_.*\[\]-]{1,80})*").fullmatch


@pytest.fixture(scope="module")
def attacked(
    bank_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Give the address of a server, and a key of an admin."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("probed") / "kizashi.db")
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        key = instance.writer.do(lambda change: create_key(change, "prober", "admin", NOW))
        settings = Settings(rate_per_minute=0, rate_strangers=0)
        with answering(create_app(instance, settings)) as url:
            yield url, key


@pytest.fixture(scope="module")
def operations(attacked) -> list[Operation]:
    answer = send(attacked[0], request("GET", "/api/v1/openapi.json"))
    return list(operations_of(json.loads(answer.body)))


@pytest.mark.parametrize("with_key", [False, True])
def test_no_probe_of_any_operation_is_answered_by_a_failure_an_echo_or_silence(
    attacked, operations, with_key
):
    url, key = attacked
    headers = (("Authorization", f"Bearer {key}"),) if with_key else ()
    faults = [
        f"{operation.method} {operation.path}, {probe.about}: {fault}"
        for operation in operations
        for probe in probes_of(operation)
        for fault in faults_of(probe, ask(url, probe, headers))
    ]

    assert faults == []


def test_every_address_names_all_its_methods(attacked, operations):
    url, _ = attacked
    for path in {operation.path: operation for operation in operations}.values():
        allowed = {one.method for one in operations if one.path == path.path} | {"OPTIONS"}
        allowed |= {"HEAD"} if "GET" in allowed else set()
        for method in METHODS:
            answer = send(url, request(method, path.target), method)
            if method not in allowed or method == "OPTIONS":
                named = set(answer.headers["allow"].split(", "))
                assert (answer.status, named) == (204 if method == "OPTIONS" else 405, allowed)


def ask(url: str, probe: Probe, headers: tuple[tuple[str, str], ...]) -> Answer:
    named = {name.lower() for name, _ in probe.headers}
    kept = tuple((name, value) for name, value in headers if name.lower() not in named)
    raw = request(probe.method, probe.target, (*probe.headers, *kept), probe.body)
    return send(url, raw, probe.method)


def echoes(problem: dict[str, Any]) -> bool:
    """Tell whether a problem holds what was sent; pointers may hold what could name a field."""
    faults = problem.pop("errors")
    said = [problem, *(fault["message"] for fault in faults)]
    said += [one["pointer"] for one in faults if not _IS_POINTER(one["pointer"])]
    return MARK in json.dumps(said)


def faults_of(probe: Probe, answer: Answer) -> list[str]:
    kind = answer.headers.get("content-type", "")
    if answer.status == 0:
        return ["no answer"]
    if answer.status >= 500:
        return [f"{answer.status}: {answer.body[:300]!r}"]
    if answer.status < 400 or (kind.startswith("text/plain") and b"Invalid HTTP" in answer.body):
        return []
    return [
        fault
        for wrong, fault in (
            (kind != "application/problem+json", f"{answer.status} is of type {kind}"),
            (len(answer.body) > LARGEST_PROBLEM, f"{len(answer.body)} bytes"),
            (echoes(json.loads(answer.body)), "an echo"),
            ("x-injected" in answer.headers, "a header of the sender"),
            (answer.headers.get("x-content-type-options") != "nosniff", "no security headers"),
        )
        if wrong
    ]
