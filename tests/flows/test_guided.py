"""What the pages tell people to run does run, word for word, against a real server."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from api.agents.tools import BY_OPERATION
from api.app import create_app
from api.instance import open_instance
from api.keys import create_key
from tests.api.answering import answering
from tests.conftest import NOW
from tests.flows.serving import ROOT, SERVER, environment, run

pytestmark = pytest.mark.slow

BINARY, DATE = "deepseek-v5-by-2028-01-31", "deepseek-v5-release-date"


@pytest.fixture(scope="module")
def place(bank_database: Path, tmp_path_factory: pytest.TempPathFactory):
    """Give the environment of somebody who has a server and a key."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("guided") / "guided.db")
    with open_instance(f"sqlite:///{path}") as instance:
        key = instance.writer.do(lambda change: create_key(change, "reader", "resolver", NOW))
        with answering(create_app(instance)) as url:
            yield {"KIZASHI_SERVER": url, "KIZASHI_KEY": key}


def code_of(page: str, language: str) -> str:
    """Give the first block of code of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def python(code: str, place: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(**place),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_the_bot_forecasts_every_open_question_and_twice_a_day_changes_nothing(place):
    code = code_of("docs/bot.md", "python")
    first, second = python(code, place), python(code, place)
    told = httpx2.get(f"{place['KIZASHI_SERVER']}/api/v1/forecasts?standing=true").json()["items"]
    lines = first.stdout.splitlines()

    assert len(code.splitlines()) < 40 + code.splitlines().count("")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert {line.split()[0] for line in lines} == {one["question"] for one in told}
    assert len(lines) >= 3
    assert all(line.endswith("stored") for line in lines)
    for line in lines:
        _, model, _, mine, *_ = line.split()
        assert float(mine) == pytest.approx(0.8 * float(model) + 0.1, abs=6e-4)


def test_the_bot_says_what_was_wrong(place):
    keyless = python(code_of("docs/bot.md", "python"), place | {"KIZASHI_KEY": "kz_no_such"})

    assert keyless.returncode == 1
    assert "This key is not known here" in keyless.stderr


def test_the_example_of_the_client_runs(place):
    answer = python(code_of("docs/cli.md", "python"), place)

    assert answer.returncode == 0, answer.stderr
    assert f"{DATE} +" in answer.stdout
    assert "questions on 1 August" in answer.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_first_record_of_the_readme_is_stored_and_moves_its_question(place):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = re.search(r"    (curl -s .*?\n      }')\n", readme, re.DOTALL)[1]
    command = command.replace("http://127.0.0.1:8000", place["KIZASHI_SERVER"])

    answer = subprocess.run(
        ["bash", "-c", command],
        env=environment(KEY=place["KIZASHI_KEY"]),
        capture_output=True,
        text=True,
        check=True,
    )

    moved = {one["question"]: one["bits"] for one in json.loads(answer.stdout)["movements"]}
    assert moved[DATE] > 0


@pytest.mark.slow
def test_the_command_line_reads_from_a_server_as_from_a_database_here(place):
    listed = json.loads(run("questions", **place).stdout)["items"]
    table = run("questions", "-o", "table", **place).stdout
    lines = run("questions", "-o", "ndjson", **place).stdout.splitlines()
    csv = run("evidence", "list", "--question", "entity-list-deepseek-2026", "-o", "csv", **place)
    then = run("questions", "--as-of", "2025-01-15", "-q", **place).stdout.split()
    shown = run("show", "entity-list-deepseek-2026", "-o", "table", **place).stdout
    found = json.loads(run("search", "entity", "list", **place).stdout)["items"]
    sources = run("sources", "-o", "table", **place).stdout

    assert len(listed) >= 38
    assert [json.loads(line)["id"] for line in lines] == [one["id"] for one in listed]
    assert DATE[:15] in table
    assert csv.stdout.splitlines()[0].startswith("id,entry,")
    assert 0 < len(then) < len(listed)
    assert "ev048" in shown
    assert "entity-list-deepseek-2026" in {one["id"] for one in found}
    assert "reuters" in sources


def test_the_command_line_writes_to_a_server_or_only_tries(place):
    record = ("--published", "2026-11-24", "--source", "reuters", "--grade", "B2",
              "--fact", "V5 is near.", "--stance", f"{DATE}:sooner:strong")  # fmt: skip
    tried = run("evidence", "add", *record, "--dry-run", **place)
    added = run("evidence", "add", *record, "-o", "table", **place)
    quantiles = [f"--quantile={one}" for one in ("10=2026-12-20", "50=2027-04-15", "90=2027-11-30")]
    name = run("forecast", "submit", DATE, *quantiles, "-q", **place).stdout.strip()
    listed = json.loads(run("forecast", "list", "--question", DATE, **place).stdout)["items"]
    withdrawn = run("forecast", "withdraw", name, **place)
    asked = run("what-if", "--make", "chip_access:-1.5", "-o", "table", **place)

    assert json.loads(tried.stdout)["repeated"] is False
    assert DATE[:12] in added.stdout, added.stderr
    assert name in [one["id"] for one in listed]
    assert json.loads(withdrawn.stdout)["forecast"]["ended_by"] == "withdrawn"
    assert "If we make" in asked.stdout, asked.stderr


def test_exit_codes_say_how_it_ended_and_no_output_holds_the_key(place):
    refused = run("evidence", "add", "--source", "x", **place | {"KIZASHI_KEY": "kz_no_such"})
    usage = run("questions", "--server", "http://127.0.0.1:9", "--database", "sqlite:///x.db")
    unknown = run("show", "no-such-question", **place)
    conflict = run("forecast", "submit", "r2-by-2025-05-31", "--probability", ".3", **place)
    shown = run("settings", **place)

    answers = (refused, usage, unknown, conflict, shown)
    assert [one.returncode for one in answers] == [1, 2, 3, 4, 0]
    assert all(place["KIZASHI_KEY"] not in one.stdout + one.stderr for one in answers)


def test_an_agent_may_start_its_own_tools_and_use_the_key_of_the_environment(place):
    arguments = [*SERVER[1:], "mcp"]
    started = StdioServerParameters(
        command=SERVER[0], args=arguments, env=environment(**place), cwd=ROOT
    )

    async def converse():
        async with Client(stdio_client(started)) as client:
            tools = (await client.list_tools()).tools
            told = await client.call_tool(
                "submit_forecast", {"question": BINARY, "probability": 0.4, "dry_run": True}
            )
            return tools, told

    tools, told = asyncio.run(converse())

    assert {tool.name for tool in tools} == set(BY_OPERATION)
    assert told.structured_content["forecast"]["forecast"]["probability"] == 0.4


@pytest.mark.slow
def test_a_server_that_does_not_answer_has_an_exit_code_of_its_own():
    answer = run("questions", "--server", "http://127.0.0.1:9")

    assert answer.returncode == 5
    assert "127.0.0.1:9" in answer.stderr
