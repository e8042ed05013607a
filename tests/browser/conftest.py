"""A real browser before a real server on a copy of the bank."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from api.app import create_app
from api.instance import Instance, open_instance
from tests.api.answering import answering
from tests.conftest import NOW

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
#: Milliseconds that a page has to say what it should; five seconds are few beside other work.
expect.set_options(timeout=60_000)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def instance(bank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give an instance on a copy of the bank."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("look") / "look.db")
    with open_instance(f"sqlite:///{path}", lambda: NOW) as running:
        yield running


@pytest.fixture(scope="module")
def address(instance: Instance) -> Iterator[str]:
    """Give the address of a server."""
    with answering(create_app(instance)) as place:
        yield place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser that talks to nobody else."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
