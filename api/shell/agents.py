"""Tools for agents over stdio: for clients that start their servers themselves."""

import logging

import httpx2

from api.agents.mounting import AgentsNotInstalled, can_serve_agents
from api.client.connection import Connection
from api.client.kizashi import DEFAULT_SERVER
from api.command import current_command


def speak_over_stdio(language: str) -> None:
    """Serve the tools of a server to whoever started this process, until it ends.

    Raises:
        AgentsNotInstalled: the extra `mcp` is not installed.
        NoConnection, ProblemTold: see there.
    """
    if not can_serve_agents():
        raise AgentsNotInstalled
    command = current_command()
    where = command.server or DEFAULT_SERVER
    document = Connection(where, command.key, language).ask("GET", "/openapi.json")
    from api.agents.server import build_server  # noqa: PLC0415  # takes seconds to load

    headers = {"Accept-Language": language}
    if command.key is not None:
        headers["Authorization"] = f"Bearer {command.key}"
    logging.disable(logging.INFO)  # stdout is the protocol's, and stderr is for what went wrong
    server = build_server(document, httpx2.AsyncHTTPTransport(), where, headers)
    server.run(transport="stdio", show_banner=False)
