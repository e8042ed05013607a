"""What a command was told beside its own options: which server, as of when, only tried, quietly."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """What holds for the command that runs.

    Attributes:
        server: address of the server to speak to; None: the database of this machine.
        key: of that server; it is never printed.
        as_of: the past moment that is read.
        dry_run: changes are only tried.
        quiet: only ids are printed.
    """

    server: str | None = None
    key: str | None = None
    as_of: str | None = None
    dry_run: bool = False
    quiet: bool = False


_CURRENT: ContextVar[Command] = ContextVar("kizashi_command")


def current_command() -> Command:
    """Give what holds for the command that runs."""
    return _CURRENT.get(Command())


def tell_command(command: Command) -> None:
    """Say what holds from now on."""
    _CURRENT.set(command)
