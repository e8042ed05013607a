"""Logs: one line an event, JSON for machines or pretty for people, without secrets or newlines."""

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from api.settings import Settings

#: The one logger; what it does is settled by `configure_logging`.
LOG: structlog.typing.FilteringBoundLogger = structlog.get_logger("kizashi")
#: What keys, tokens and signing secrets look like; none should ever get here.
_SECRET = re.compile(r"\bkz(?:[a-z]*)_\w{8,}|\bwhsec_[\w+/=]+|Bearer\s+[\w.~+/=-]+", re.ASCII)
_HIDDEN = "[hidden]"
#: Control characters, and what some viewers take for the end of a line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: An error's message is cut here: it may hold what a caller sent.
_LONGEST_MESSAGE = 200

#: ASCII only: no character that is a newline to anybody gets through. Made once, as it is slow.
_ENCODE = json.JSONEncoder(default=repr, separators=(",", ":")).encode

type _Event = MutableMapping[str, Any]


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Settle how everything in this process logs: our own events and those of libraries."""
    target = stream or sys.stderr
    render = _rendering(target, as_json=is_json(settings, target))
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logger = structlog.WriteLogger(target)
    structlog.configure(
        processors=[*_STAMPED, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: logger,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_STAMPED],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)


def is_json(settings: Settings, stream: TextIO | None = None) -> bool:
    """Tell whether logs are JSON: as set, else where nobody looks at a terminal."""
    if settings.log_format == "auto":
        return not (stream or sys.stderr).isatty()
    return settings.log_format == "json"


def _tell_error(_logger: object, _method: str, event: _Event) -> _Event:
    """Put an error's traceback into its event."""
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()[1]
    elif isinstance(told, tuple):
        told = told[1]
    if isinstance(told, BaseException):
        event["error"] = type(told).__name__
        event["traceback"] = _traceback(told)
    return event


def _traceback(error: BaseException) -> str:
    """Write an error's frames and its message, cut short, after those of what caused it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = f"{_traceback(cause)}\n" if cause is not None else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{earlier}{frames}{type(error).__name__}: {str(error)[:_LONGEST_MESSAGE]}"


def _rendering(stream: TextIO, *, as_json: bool) -> list[Processor]:
    """Give what makes lines of events."""
    if as_json:
        return [_render_json]
    pretty = structlog.dev.ConsoleRenderer(colors=stream.isatty())

    def render(logger: object, method: str, event: _Event) -> str:
        return _hide(str(pretty(logger, method, event)))

    return [_one_line, render]


def _render_json(_logger: object, _method: str, event: _Event) -> str:
    """Write an event as one line; what is no ASCII is escaped, and so is every newline."""
    return _hide(_ENCODE(event))


def _one_line(_logger: object, _method: str, event: _Event) -> _Event:
    """Escape what would break a line, but in a traceback."""
    for name, value in event.items():
        if isinstance(value, str) and name != "traceback":
            event[name] = _CONTROL.sub(lambda found: repr(found[0])[1:-1], value)
    return event


def _hide(line: str) -> str:
    """Hide whatever looks like a key."""
    return _SECRET.sub(_HIDDEN, line)


_STAMPED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _tell_error,
)
# Commands that are no server: only what went wrong, to stderr.
structlog.configure(
    processors=[*_STAMPED, _render_json],
    wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
)
