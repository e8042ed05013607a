"""Schemathesis against a server: one run, its findings, and the keys it may use."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.instance import open_instance
from api.keys import create_key
from api.roles import ROLES, Role
from tests.conftest import NOW

#: The same requests in every run; another seed is a matter of one line.
SEED = 20261128
#: Whatever hangs ends then.
PATIENCE_SECONDS = 400
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@dataclass(frozen=True)
class Run:
    """What one run did and found."""

    cases: int
    failures: list[str]
    output: str


def make_keys(database: Path) -> dict[Role, str]:
    """Make a key of each role in a database that nobody serves."""
    with open_instance(f"sqlite:///{database}", lambda: NOW) as instance:
        return {
            role: instance.writer.do(lambda change, role=role: create_key(change, role, role, NOW))
            for role in ROLES
        }


def attack(
    url: str, folder: Path, key: str | None, *options: str, config: Sequence[str] = ()
) -> Run:
    """Run schemathesis with all checks; its own files go into a folder."""
    report = folder / "run.ndjson"
    header = [] if key is None else ["--header", f"Authorization: Bearer {key}"]
    command = [
        str(SCHEMATHESIS), *config, "run", f"{url}/api/v1/openapi.json", "--checks", "all",
        "--seed", str(SEED), "--continue-on-failure", "--no-color", "--report", "ndjson",
        "--report-ndjson-path", str(report), *header, *options,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    events = [json.loads(line) for line in report.read_text().splitlines()]
    failures = sorted({failure for event in events for failure in failures_of(event)})
    assert done.returncode in (0, 1), (done.returncode, done.stdout + done.stderr)
    if done.returncode and not failures:
        failures = ["schemathesis itself: see its output"]
    return Run(sum(map(cases_of, events)), failures, done.stdout)


def peers_config(folder: Path, keys: dict[str, str]) -> list[str]:
    """Write that several people ask, none of whom may read what another owns; give the options."""
    auth = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
        for name, key in keys.items()
    ]
    (folder / "wfc.json").write_text(json.dumps({"auth": auth}))
    (folder / "schemathesis.toml").write_text(
        f'[auth.wfc]\npath = "wfc.json"\npeers = {json.dumps(list(keys))}\n'
    )
    return ["--config-file", str(folder / "schemathesis.toml")]


def cases_of(event: dict[str, Any]) -> int:
    """Count the requests that an event of the report tells of."""
    finished = event.get("ScenarioFinished") or {}
    return len(finished.get("recorder", {}).get("cases", {}))


def failures_of(event: dict[str, Any]) -> list[str]:
    """Give the checks that failed: operation, check, and what it says."""
    finished = event.get("ScenarioFinished") or {}
    checks = finished.get("recorder", {}).get("checks", {}).values()
    found = [check["failure_info"]["failure"] for case in checks for check in case
             if check["status"] == "failure"]  # fmt: skip
    return [f"{one['operation']}: {one['title']}: {one['message']}" for one in found]
