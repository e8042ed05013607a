"""Reading other platforms: paced, tried again with patience, never further than what was set."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx2
import stamina
import stamina.instrumentation

from forecasts.errors import KizashiError

#: Bytes of an answer; more is no answer.
MOST_BYTES = 64 * 2**20
_TIMEOUT_SECONDS = 60.0
#: Who asks for longer is not waited for: the next sync goes on where this one stopped.
_LONGEST_WAIT_SECONDS = 900.0
_FINE = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND)
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# Requests can carry a token, and logs of retries must not.
stamina.instrumentation.set_on_retry_hooks([])


class PlatformRefuses(KizashiError):
    """A platform does not give what is asked for."""

    message = "{platform} answered with status {status} ({part}). {advice}"


class PlatformAway(KizashiError):
    """A platform gives no answer."""

    message = (
        "{platform} gave no answer after {attempts} attempts ({reason}). The next sync goes on "
        "where this one stopped."
    )


class AnswerTooLong(KizashiError):
    """An answer is longer than any should be."""

    message = "{platform} answered with more than {most} bytes ({part}). It was not read."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited between attempts, in seconds, and how many there are."""

    attempts: int = 8
    first: float = 1.0
    longest: float = 60.0
    jitter: float = 1.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Attributes:
        part: of the platform; how far each has been read is kept by itself.
        url: without a query.
        about: what reading the answer needs to know besides; kept with it.
        etag: of the answer that is here already.
        may_miss: there may be nothing at this address.
    """

    part: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    etag: str | None = None
    may_miss: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: bytes, and where they came from."""

    url: str
    status: int
    body: bytes
    etag: str | None


class _ForNow(Exception):
    """An answer that may be another one in a moment."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"status {status}")
        self.wait = wait


class Fetcher:
    """Reads one platform, so many requests a second at most."""

    def __init__(
        self,
        platform: str,
        per_second: float,
        patience: Patience | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._platform, self._patience = platform, patience or Patience()
        self._client = httpx2.Client(
            timeout=_TIMEOUT_SECONDS, headers={"User-Agent": "kizashi", **(headers or {})}
        )  # which follows no redirect: what is asked is what was set
        self._pause, self._next = 1 / per_second, 0.0
        self._turn = threading.Lock()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, ask: Ask) -> Answer:
        """Ask, and ask again where that may help.

        Raises:
            PlatformRefuses: it does not give this.
            PlatformAway: it does not answer, however often it is asked.
            AnswerTooLong: see there.
        """
        patience = self._patience
        try:
            for attempt in stamina.retry_context(
                on=_wait_of,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.first,
                wait_max=patience.longest,
                wait_jitter=patience.jitter,
            ):
                with attempt:
                    self._take_turn()
                    return self._once(ask)
        except (httpx2.TransportError, _ForNow) as error:
            reason = str(error) if isinstance(error, _ForNow) else type(error).__name__
            raise PlatformAway(
                platform=self._platform, attempts=patience.attempts, reason=reason
            ) from None
        raise AssertionError  # pragma: no cover  # the last attempt returns or raises

    def _take_turn(self) -> None:
        """Wait until the next request may go."""
        with self._turn:
            now = time.monotonic()
            time.sleep(max(0.0, self._next - now))
            self._next = max(now, self._next) + self._pause

    def _once(self, ask: Ask) -> Answer:
        """Ask once."""
        headers = {} if ask.etag is None else {"If-None-Match": ask.etag}
        with self._client.stream("GET", ask.url, params=dict(ask.query), headers=headers) as got:
            if got.status_code in _PASSING:
                raise _ForNow(got.status_code, _retry_after(got.headers.get("retry-after")))
            missing = got.status_code == HTTPStatus.NOT_FOUND and not ask.may_miss
            if got.status_code not in _FINE or missing:
                raise PlatformRefuses(
                    platform=self._platform,
                    status=got.status_code,
                    part=ask.part.partition("/")[0],
                    advice=_ADVICE.get(got.status_code, "Look at its address in the settings."),
                )
            return Answer(str(got.url), got.status_code, self._body(got, ask), _etag(got))

    def _body(self, got: httpx2.Response, ask: Ask) -> bytes:
        """Read a body, as far as one may be long."""
        parts, size = [], 0
        for part in got.iter_bytes():
            size += len(part)
            if size > MOST_BYTES:
                raise AnswerTooLong(platform=self._platform, most=MOST_BYTES, part=ask.part)
            parts.append(part)
        return b"".join(parts)


_ADVICE = {
    401: "Set its token, or look whether it is still good.",
    403: "Look whether its terms let you read this.",
    451: "It does not serve where this machine stands.",
}


@contextmanager
def fetching(fetcher: Fetcher) -> Iterator[Fetcher]:
    """Close a fetcher in the end."""
    try:
        yield fetcher
    finally:
        fetcher.close()


def _etag(got: httpx2.Response) -> str | None:
    """Give the entity tag of an answer."""
    tag: str | None = got.headers.get("etag")
    return tag


def _wait_of(error: Exception) -> bool | float:
    """Say whether to ask again, and after how many seconds where the platform says so."""
    if isinstance(error, _ForNow):
        if error.wait is None:
            return True
        return error.wait if error.wait <= _LONGEST_WAIT_SECONDS else False
    return isinstance(error, httpx2.TransportError)


def _retry_after(value: str | None) -> float | None:
    """Read a Retry-After: seconds, or a date (RFC 9110).

    >>> _retry_after("7"), _retry_after("soon"), _retry_after("Sun, 06 Nov 1994 08:49:37 GMT")
    (7.0, None, 0.0)
    """
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
