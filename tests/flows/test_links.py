"""Links with markets on the command line: found, decided, told of, removed."""

import json
import shutil

import pytest

from api.instance import open_instance
from tests.api.test_market_links import QUESTION, SAME, add_markets
from tests.conftest import NOW
from tests.flows.serving import run


@pytest.mark.slow  # six processes
def test_a_link_is_found_made_declined_and_removed_in_words(bank_database, tmp_path):
    path = shutil.copy(bank_database, tmp_path / "links.db")
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        add_markets(instance)
    at = ["--database", f"sqlite:///{path}"]
    found = run("markets", "candidates", "--question", QUESTION, *at, "-o", "json")
    said = ["--relation", "same", "--mismatch", "0.05", *at]
    linked = run("markets", "link", QUESTION, SAME, *said, "-q")
    twice = run("markets", "link", QUESTION, SAME, *said)
    declined = run("markets", "decline", QUESTION, "polymarket:0x2", *at, "-o", "json")
    told = run("markets", "differences", *at, "-o", "json")
    removed = run("markets", "unlink", linked.stdout.strip(), "--reason", "A test.", *at)

    assert SAME in [one["market"] for one in json.loads(found.stdout)["items"]], found.stderr
    assert linked.stdout.startswith("li-"), linked.stderr
    assert twice.returncode == 4 and "linked already" in twice.stderr
    assert json.loads(declined.stdout)["state"] == "declined"
    assert json.loads(told.stdout)["items"] == []  # nobody has read a price
    assert json.loads(removed.stdout)["removed_reason"] == "A test."
