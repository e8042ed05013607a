"""Serving, and the loading of banks, with a progress bar."""

import gc
import socket
import sys
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from api.app import create_app
from api.instance import Instance, open_instance
from api.language import translate
from api.logs import LOG, configure_logging, is_json
from api.settings import Settings, read_settings
from api.shell.opening import database_url
from api.shell.server import Server
from api.tokens import new_operator_token
from api.workflows.loading import load_bank
from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.tables import BANKS
from forecasts.errors import KizashiError

#: A connection on which nothing is taken for so long is broken, whatever was being sent.
_STUCK_MILLISECONDS = 120_000


class PortTaken(KizashiError):
    """Something else listens where we would."""

    message = "Port {port} of {host} is taken. Choose another with --port, or 0 for any."


def serve(database: str | None, host: str | None, port: int | None, language: str) -> None:
    """Serve until interrupted; on an empty database the shipped bank is loaded first."""
    settings = read_settings()
    configure_logging(settings)
    listener = _bind(host or settings.host, settings.port if port is None else port)
    address = f"http://{listener.getsockname()[0]}:{listener.getsockname()[1]}"
    note = {"url": address, "token": new_operator_token()}
    with open_instance(database_url(database), note=note) as instance:
        with instance.database.read() as connection:
            is_empty = connection.execute(select(BANKS.c.id)).first() is None
        if is_empty:
            _load(instance, read_bank(bank_directory()), language, quiet=is_json(settings))
        instance.let_time_pass()
        _tell_ready(settings, address, language)
        app = create_app(instance, settings)
        gc.freeze()  # all this stays: to look through it for garbage would hold up requests .1 s
        proxies = settings.trusted_proxies
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
        )
        Server(config, app.state.gate, settings.stop_seconds).run(sockets=[listener])
    LOG.info("stopped")


def _tell_ready(settings: Settings, address: str, language: str) -> None:
    """Say where the server is: to a person in a sentence, to a machine as an event."""
    if is_json(settings):
        LOG.info("ready", address=address)
    else:
        text = translate("Kizashi is ready at {address}", language)
        sys.stderr.write(text.format(address=address) + "\n")


def load(database: str | None, path: str, language: str) -> None:
    """Load a bank from a folder."""
    bank = read_bank(Path(path))
    with open_instance(database_url(database)) as instance:
        _load(instance, bank, language)


def _load(instance: Instance, bank: Bank, language: str, *, quiet: bool = False) -> None:
    """Load a bank in one change; killed halfway, nothing of it is there."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
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
    if hasattr(
        socket, "TCP_USER_TIMEOUT"
    ):  # else what a stuck client does not take stays for hours
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STUCK_MILLISECONDS)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTaken(host=host, port=port) from None
    return listener
