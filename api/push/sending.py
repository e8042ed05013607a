"""Sending one message to one webhook: signed, to the checked address, and without a second look."""

import asyncio
import base64
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx2
from standardwebhooks import Webhook

from api.push.addresses import Target, WebhookAddresses
from forecasts.errors import KizashiError

#: From looking the name up to the first line of the answer.
TIMEOUT_SECONDS = 15.0
#: Bytes of a secret: the standard asks for 24 to 64.
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105  # not one, only what they begin with


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; `status` is an HTTP status, or a word for what was in the way."""

    status: str

    @property
    def is_delivered(self) -> bool:
        """Whether the message was taken."""
        return self.status.isdigit() and 200 <= int(self.status) < 300

    @property
    def is_gone(self) -> bool:
        """Whether nothing shall ever be sent again."""
        return self.status == "410"


def new_secret() -> str:
    """Make a secret for signing."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def message_of(kind: str, at: str, data: dict[str, Any]) -> str:
    """Write a message as Standard Webhooks have it: type, timestamp, data."""
    return json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False)


def signed_headers(secret: str, name: str, body: str, now: datetime) -> dict[str, str]:
    """Give the headers by which the receiver knows who sent what, and when."""
    now = now.astimezone(UTC)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
        "content-type": "application/json",
        "user-agent": "Kizashi-Webhooks/1",
    }


async def send(
    addresses: WebhookAddresses, url: str, headers: dict[str, str], body: str
) -> Outcome:
    """Send a message; whatever happens is an outcome.

    The name is looked up once, all its addresses are checked, and the connection goes to one of
    them, so that the name cannot lead elsewhere in between. Redirections are not followed, and of
    the answer only the status is read.
    """
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            target = await addresses.check(url)
            return Outcome(str(await _post(target, headers, body)))
    except TimeoutError:
        return Outcome("timed out")
    except KizashiError:
        return Outcome("address refused")
    except (httpx2.HTTPError, OSError, ValueError):
        return Outcome("no connection")


async def _post(target: Target, headers: dict[str, str], body: str) -> int:
    """Post to the first checked address that takes a connection."""
    *others, last = target.request_urls
    for url in others:
        with suppress(httpx2.ConnectError):
            return await _post_to(url, target, headers, body)
    return await _post_to(last, target, headers, body)


async def _post_to(url: httpx2.URL, target: Target, headers: dict[str, str], body: str) -> int:
    """Post to one address under the name that was asked for."""
    async with (
        httpx2.AsyncClient(
            verify=_ssl(), trust_env=False, follow_redirects=False, timeout=TIMEOUT_SECONDS
        ) as client,
        client.stream(
            "POST",
            url,
            content=body.encode(),
            headers={**headers, "host": target.host_header},
            extensions={"sni_hostname": target.host},
        ) as response,
    ):
        return response.status_code


@cache
def _ssl() -> SSLContext:
    """Make what checks certificates, once: that takes some time."""
    context: SSLContext = httpx2.create_ssl_context(trust_env=False)
    return context
