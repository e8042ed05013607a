"""A real server with routes of a test: a stream of events, one that waits, one without end."""

import asyncio
import os
import time
from pathlib import Path

from starlette.responses import StreamingResponse

import api.shell.serving
from api.app import create_app
from api.cli import main

#: The slow answer is finished once this file is there.
RELEASE = "RELEASE_FILE"


async def events():
    yield "data: 1\n\n"
    await asyncio.Event().wait()


def slowly():
    yield "half "
    while not Path(os.environ[RELEASE]).exists():
        time.sleep(0.02)
    yield "whole"


async def endlessly():
    while True:
        yield "x" * 100
        await asyncio.sleep(0.05)


def with_streams(*arguments):
    app = create_app(*arguments)
    for path, content, kind in (
        ("/events", events, "text/event-stream"),
        ("/slow", slowly, "text/plain"),
        ("/endless", endlessly, "text/plain"),
    ):

        async def answer(_request, content=content, kind=kind):
            return StreamingResponse(content(), media_type=kind)

        app.add_route(path, answer)
    return app


if __name__ == "__main__":
    api.shell.serving.create_app = with_streams
    main()
