"""Observing requests: each gets an id, is counted and timed, and told in the log if notable."""

from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answering import answer_error
from api.current import Current, begin
from api.logs import LOG
from api.metrics import Metrics
from api.settings import Settings
from forecasts.errors import KizashiError

#: What the log and the metrics say of a request whose caller went away first (nginx's own).
_CALLER_GONE = 499
_QUIET = frozenset({"GET", "HEAD", "OPTIONS"})
_ID_HEADER = b"x-request-id"


class Unexpected(KizashiError):
    """An error that nobody foresaw; its traceback is in the log."""

    message = (
        "Something went wrong here, and not with what you sent. Tell the operator the request's "
        "id, {request}: the log says more."
    )


class Observing:
    """The middleware around all that may answer, refuse or fail."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: Settings) -> None:
        self.app = app
        self._metrics = metrics
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see how it is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, current = perf_counter(), begin(scope)
        request_id, status, size = current.id.encode(), 0, 0

        async def send_seen(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_ID_HEADER, request_id)]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_seen)
        except ClientDisconnect:
            pass  # there is nobody to answer
        except Exception as error:
            LOG.error("unexpected", request_id=current.id, route=current.route, exc_info=error)
            if status:
                raise  # half an answer cannot be mended: the connection has to break
            await answer_error(scope, receive, send_seen, Unexpected(request=current.id))
        finally:
            self._tell(current, status or _CALLER_GONE, size, perf_counter() - began)

    def _tell(self, current: Current, status: int, size: int, seconds: float) -> None:
        """Count a request, and log it if it is to be."""
        route, method = current.route, current.method
        self._metrics.count(route, method, status, seconds)
        wanted = self._settings.access_log
        if wanted == "notable":
            is_quiet = method in _QUIET and status < 400
            if is_quiet and seconds < self._settings.slow_seconds:
                return
        if wanted != "none":
            LOG.info(
                "request",
                request_id=current.id,
                method=method,
                route=route,
                status=status,
                milliseconds=round(seconds * 1e3, 2),
                bytes=size,
                key=current.key,
            )
