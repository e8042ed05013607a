"""Answering an error from outside the routes, as they would: a problem, or a page."""

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from forecasts.errors import KizashiError


async def answer_error(scope: Scope, receive: Receive, send: Send, error: KizashiError) -> None:
    """Answer a request with an error."""
    handler = scope["app"].exception_handlers[KizashiError]
    response = await handler(Request(scope, receive), error)
    await response(scope, receive, send)
