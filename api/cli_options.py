"""What the commands share: the user's language, and the options that each of them takes."""

import functools
import inspect
import os
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

from api.command import Command, tell_command
from api.config_file import PREFIX, read_config, wanted_language
from api.language import shell_language, translate

LANGUAGE = shell_language(wanted_language())


def _(text: str) -> str:
    """Give a text in the user's language."""
    return translate(text, LANGUAGE)


Database = Annotated[
    str | None,
    typer.Option(help=_("Where the data are: sqlite:///PATH; else KIZASHI_DATABASE.")),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", help=_("table or json; json where the output is a pipe.")),
]
RowOutput = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", help=_("table, json, csv or parquet; json where the output is a pipe.")
    ),
]
ListOutput = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        help=_("table, json, ndjson, csv or parquet; json where the output is a pipe."),
    ),
]
_SERVER = Annotated[
    str | None, typer.Option(help=_("Address of a server to speak to; else KIZASHI_SERVER."))
]
_KEY = Annotated[str | None, typer.Option(help=_("API key of that server; else KIZASHI_KEY."))]
_QUIET = Annotated[bool, typer.Option("-q", "--quiet", help=_("Print ids only."))]
_AS_OF = Annotated[
    str | None, typer.Option(help=_("Day or instant in the past of which to tell the state."))
]
_DRY_RUN = Annotated[
    bool, typer.Option("--dry-run", help=_("Say what it would do, and store nothing."))
]
_EVERYWHERE: dict[str, tuple[Any, Any]] = {
    "server": (_SERVER, None),
    "key": (_KEY, None),
    "quiet": (_QUIET, False),
}
_WHEN_READING = {**_EVERYWHERE, "as_of": (_AS_OF, None)}
_WHEN_WRITING = {**_EVERYWHERE, "dry_run": (_DRY_RUN, False)}


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command speak to a server."""
    return _with_options(command, _EVERYWHERE)


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command read from a server, and the past."""
    return _with_options(command, _WHEN_READING)


def writes(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command change things on a server, or only try it."""
    return _with_options(command, _WHEN_WRITING)


def _with_options(
    command: Callable[..., None], options: dict[str, tuple[Any, Any]]
) -> Callable[..., None]:
    """Give a command more options, which it finds in `current_command` and not as arguments."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        told = {name: given.pop(name) for name in options}
        told.update(_whither(given.get("database"), told["server"], told["key"]))
        tell_command(Command(**told))
        command(**given)

    signature = inspect.signature(command)
    kind = inspect.Parameter.KEYWORD_ONLY
    more = [
        inspect.Parameter(name, kind, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]
    given = [one.replace(kind=kind) for one in signature.parameters.values()]
    run.__signature__ = signature.replace(parameters=given + more)  # type: ignore[attr-defined]
    hints = get_type_hints(command, include_extras=True)
    run.__annotations__ = hints | {name: annotation for name, (annotation, _) in options.items()}
    return run


def _whither(database: str | None, server: str | None, key: str | None) -> dict[str, str | None]:
    """Tell which server a command speaks to, if any: the options, the environment, the file."""
    if database is not None:
        if server is not None:
            raise typer.BadParameter(_("Give --server or --database, not both."))
        return {"server": None, "key": None}
    written = read_config()
    return {
        "server": server or os.environ.get(f"{PREFIX}SERVER") or written.get("server"),
        "key": key or os.environ.get(f"{PREFIX}KEY") or written.get("key"),
    }
