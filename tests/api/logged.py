"""What this process logs, as a test reads it."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from api.logs import configure_logging
from api.settings import Settings


class Log(io.StringIO):
    """A stream of JSON lines."""

    def events(self, name: str) -> list[dict[str, Any]]:
        rows = [json.loads(line) for line in self.getvalue().splitlines()]
        return [row for row in rows if row["event"] == name]


@contextmanager
def logged(**settings: Any) -> Iterator[Log]:
    """Let this process log into a stream, as a server would."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = Log()
    configure_logging(Settings.model_construct(**{"log_format": "json"} | settings), stream)
    try:
        yield stream
    finally:
        logging.captureWarnings(capture=False)
        structlog.configure(**before)
        root.handlers, root.level = handlers, level
        sys.stderr.flush()
