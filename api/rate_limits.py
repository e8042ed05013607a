"""Rate limits: each request takes from the quota of its key, or of its address."""

from contextlib import suppress
from ipaddress import IPv6Address, ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import is_operator
from api.answering import answer_error
from api.instance import Instance
from api.quotas import Quotas, Spending, TooManyRequests, note_spending
from api.sessions import session_text
from api.settings import Settings
from forecasts.errors import KizashiError

#: Who asks for the health of a server, or for a style sheet, is not counted.
_FREE = ("/static/", "/healthz", "/readyz", "/metrics")
#: What takes longer than a read costs more; items of batches are counted when they are known.
_WHAT_IF, _EXPORT, _PAST = 10, 20, 5
_EXPORTS = (".csv", ".parquet", ".ndjson", ".zip")
#: Look-ups of keys cost little, and keys must work beside somebody who guesses: so many quotas.
_LOOK_UPS = 10
#: One household or server has so many bits of an IPv6 address to itself.
_OWN_BITS = 64


class RateLimits:
    """The middleware that counts, refuses, and tells what is left."""

    def __init__(
        self, app: ASGIApp, instance: Instance, settings: Settings, quotas: Quotas | None = None
    ) -> None:
        self.app = app
        self._instance = instance
        self._of_key, self._of_address = settings.rate_per_minute, settings.rate_strangers
        self._quotas = quotas or Quotas()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take from the caller's quota, then pass the request on."""
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self.app(scope, receive, send)
            return
        spending = self._spending(scope)
        if spending is None:
            await self.app(scope, receive, send)
            return
        note_spending(scope, spending)

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *spending.headers()]
            await send(message)

        try:
            spending.take(cost_of(scope))
        except TooManyRequests as error:
            await answer_error(scope, receive, send_counted, error)
        else:
            await self.app(scope, receive, send_counted)

    def _spending(self, scope: Scope) -> Spending | None:
        """Give whose quota a request takes from; None: nobody's."""
        presented = presented_key(scope)
        if presented is not None and is_operator(self._instance, presented):
            return None
        address = address_of(scope)
        caller = self._known(presented, session_text(scope), address)
        if caller is not None:
            return Spending(self._quotas, caller, self._of_key) if self._of_key else None
        return Spending(self._quotas, address, self._of_address) if self._of_address else None

    def _known(self, presented: str | None, session: str | None, address: str) -> str | None:
        """Give the key, or who is signed in, behind a request; None for a stranger.

        What opens nothing counts for its address.
        """
        if presented is None and session is None:
            return None
        keyring, now = self._instance.keyring, self._instance.clock_instant()
        actor = keyring.recall(presented, now) if presented else None
        if actor is None and self._may_look_up(address):
            if presented is None:
                actor = keyring.find_session(session or "", now)
            else:
                with suppress(KizashiError):
                    actor = keyring.find(presented, now)
        return None if actor is None else actor.key or actor.id

    def _may_look_up(self, address: str) -> bool:
        """Tell whether an address may have keys looked up that did not come lately."""
        if not self._of_address:
            return True
        try:
            self._quotas.take(f"look-ups of {address}", _LOOK_UPS * self._of_address, 1)
        except TooManyRequests:
            return False
        return True


def cost_of(scope: Scope) -> int:
    """Give the units that a request takes, by its address."""
    path: str = scope["path"]
    units = 1
    if path.endswith("/what-if"):
        units = _WHAT_IF
    elif path.endswith(_EXPORTS):
        units = _EXPORT
    return units + _PAST if b"as_of=" in scope["query_string"] else units


def address_of(scope: Scope) -> str:
    """Give the address of who asks; of an IPv6 address the part that is one's own.

    >>> address_of({"client": ("2001:db8:1:2:3:4:5:6", 1)})
    '2001:db8:1:2::'
    """
    host: str = (scope.get("client") or ("",))[0]
    if ":" not in host:
        return host
    try:
        whole = ip_address(host)
    except ValueError:
        return host
    bits = 128 - _OWN_BITS
    return str(IPv6Address(int(whole) >> bits << bits))


def presented_key(scope: Scope) -> str | None:
    """Give the key that a request presents."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, text = value.partition(b" ")
            return text.strip().decode("latin-1") if scheme.lower() == b"bearer" else None
    return None
