"""A real browser before a real server on a copy of the bank."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.instance import Instance, open_instance
from tests.conftest import NOW

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
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
    config = uvicorn.Config(create_app(instance), port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser that talks to nobody else."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
