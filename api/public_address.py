"""Where this server is for the world: as its operator says, else as the reader reached it."""

from fastapi import Request


def public_base(request: Request) -> str:
    """Give the address of this server, without a slash at its end."""
    said: str | None = request.app.state.settings.public_url
    return said or str(request.base_url).rstrip("/")
