"""The API under generated requests: schemathesis with every check, against a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.attacking import attack, make_keys, peers_config
from tests.flows.serving import served

pytestmark = pytest.mark.slow
#: Of each run. A forecaster reaches most; an admin the rest; without a key all reading is open.
SECONDS = {None: 30, "reader": 20, "forecaster": 45, "resolver": 30, "admin": 45}
#: A stream ends when its client is tired of it, which would use up the time of all others.
STREAMS = "follow_events"
#: Who ends his own key asks nothing else any more.
ENDS = ("revoke_key", "rotate_key", "forget_forecaster", "grant_role")
#: Replays the whole history before it answers, for longer than a client here waits.
SLOW = "publish_report"
BUT_THOSE = tuple(
    part for name in (STREAMS, SLOW, *ENDS) for part in ("--exclude-operation-id", name)
)
#: What a run has to ask at least, or it proves nothing.
FEWEST_CASES = 100


@pytest.fixture(scope="module")
def keys_and_url(
    bank_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, str], str]]:
    """Give keys of every role, and the address of a server that knows them."""
    path = tmp_path_factory.mktemp("attacked") / "kizashi.db"
    shutil.copy(bank_database, path)
    keys = make_keys(path)
    others = make_keys(path)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KIZASHI_RATE_PER_MINUTE", "KIZASHI_RATE_STRANGERS"):
            patch.setenv(name, "0")  # or all but the first requests would be too many
        with served(path) as (url, process):
            yield {**keys, **{f"other {role}": key for role, key in others.items()}}, url
            assert process.poll() is None, "the server died"


@pytest.mark.parametrize("role", SECONDS)
def test_no_generated_request_finds_a_fault(keys_and_url, tmp_path, role):
    keys, url = keys_and_url
    options = ("--max-time", str(SECONDS[role]), *BUT_THOSE)
    run = attack(url, tmp_path, keys.get(role), *options)

    assert run.failures == [], run.output[-20_000:]
    assert run.cases >= FEWEST_CASES


def test_nobody_reads_what_only_another_may(keys_and_url, tmp_path):
    keys, url = keys_and_url
    peers = {name: keys[name] for name in ("forecaster", "other forecaster")}
    run = attack(
        url, tmp_path, None, "--max-time", "30", *BUT_THOSE, config=peers_config(tmp_path, peers)
    )

    assert run.failures == [], run.output[-20_000:]
    assert run.cases >= FEWEST_CASES


def test_streams_are_what_the_document_says(keys_and_url, tmp_path):
    keys, url = keys_and_url
    options = ("--max-time", "20", "--request-timeout", "1", "--include-operation-id", STREAMS)
    phases = ("--phases", "examples,coverage,fuzzing")  # nothing links to a stream
    run = attack(url, tmp_path, keys["forecaster"], *options, *phases)

    assert run.failures == [], run.output[-20_000:]


def test_what_ends_keys_is_what_the_document_says(keys_and_url, tmp_path):
    keys, url = keys_and_url
    only = (part for name in ("create_key", *ENDS) for part in ("--include-operation-id", name))
    run = attack(url, tmp_path, keys["other admin"], "--max-time", "20", *only)

    assert run.failures == [], run.output[-20_000:]
