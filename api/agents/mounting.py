"""The address of the MCP server in the application: made when first asked for."""

import asyncio
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from forecasts.errors import Unknown

ADDRESS = "/mcp"


class AgentsNotInstalled(Unknown):
    """The libraries of the MCP server are not here."""

    message = (
        "This server has no tools for agents: its operator can install them with "
        "`pip install 'kizashi[mcp]'`. The same operations are under /api/v1."
    )


def can_serve_agents() -> bool:
    """Tell whether the libraries of the MCP server are installed, without loading them."""
    return find_spec("fastmcp") is not None


class Agents:
    """Streamable HTTP without sessions: each request stands for itself."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._lock = asyncio.Lock()
        self._inner: ASGIApp | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            AgentsNotInstalled: the extra `mcp` is not installed.
        """
        if not can_serve_agents():
            raise AgentsNotInstalled
        async with self._lock:
            if self._inner is None:
                self._inner = await self._start()
        await self._inner(scope, receive, send)

    async def _start(self) -> ASGIApp:
        """Load the libraries (seconds), make the server, and let it run until the end."""
        inner = await asyncio.to_thread(_make, self._app)
        started = asyncio.Event()

        async def run() -> None:
            async with inner.lifespan(inner):
                started.set()
                await asyncio.Event().wait()

        self._running = asyncio.create_task(run())
        await started.wait()
        return inner  # type: ignore[no-any-return]  # Starlette with a lifespan

    async def stop(self) -> None:
        """End what runs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = self._inner = None


def add_agents(app: FastAPI) -> None:
    """Put the MCP server at its address; without its libraries the address says what is missing."""
    app.state.agents = Agents(app)
    app.router.routes.append(Route(ADDRESS, app.state.agents, methods=["POST"]))


def _make(app: FastAPI) -> Any:
    """Make the MCP server of an application."""
    from api.agents.server import Inside, build_server  # noqa: PLC0415  # takes seconds to load

    server = build_server(app.openapi(), Inside(app))
    return server.http_app(
        path=ADDRESS,
        stateless_http=True,
        json_response=True,
        # Pages from elsewhere gain nothing here: keys go by a header that they do not have.
        host_origin_protection=False,
    )
