"""Serving, and the loading of banks, with a progress bar."""

import socket
import sys
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from api.app import create_app
from api.instance import Instance, open_instance
from api.keys import new_operator_token
from api.language import translate
from api.settings import read_settings
from api.shell.opening import database_url
from api.workflows.loading import load_bank
from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.tables import BANKS
from forecasts.errors import KizashiError


class PortTaken(KizashiError):
    """Something else listens where we would."""

    message = "Port {port} of {host} is taken. Choose another with --port, or 0 for any."


def serve(database: str | None, host: str | None, port: int | None, language: str) -> None:
    """Serve until interrupted; on an empty database the shipped bank is loaded first."""
    settings = read_settings()
    listener = _bind(host or settings.host, settings.port if port is None else port)
    address = f"http://{listener.getsockname()[0]}:{listener.getsockname()[1]}"
    note = {"url": address, "token": new_operator_token()}
    with open_instance(database_url(database), note=note) as instance:
        with instance.database.read() as connection:
            is_empty = connection.execute(select(BANKS.c.id)).first() is None
        if is_empty:
            _load(instance, read_bank(bank_directory()), language)
        instance.let_time_pass()
        sys.stderr.write(
            translate("Kizashi is ready at {address}", language).format(address=address) + "\n"
        )
        config = uvicorn.Config(
            create_app(instance), log_level="warning", timeout_graceful_shutdown=5
        )
        uvicorn.Server(config).run(sockets=[listener])


def load(database: str | None, path: str, language: str) -> None:
    """Load a bank from a folder."""
    bank = read_bank(Path(path))
    with open_instance(database_url(database)) as instance:
        _load(instance, bank, language)


def _load(instance: Instance, bank: Bank, language: str) -> None:
    """Load a bank in one change; killed halfway, nothing of it is there."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(translate("Replaying {bank}", language).format(bank=bank.bank.id))

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        now = instance.clock()
        instance.writer.do(lambda transaction: load_bank(transaction, bank, now, show))


def _bind(host: str, port: int) -> socket.socket:
    """Take the port before anything slow begins.

    Raises:
        PortTaken: someone else has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTaken(host=host, port=port) from None
    return listener
