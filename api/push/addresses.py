"""Where webhooks may go: public addresses only, and exactly the one that was checked."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpx2

from forecasts.errors import Refused

type Address = IPv4Address | IPv6Address
#: Gives what `socket.getaddrinfo` gives.
type Resolver = Callable[[str, int], Sequence[tuple[Any, ...]]]

#: Ports of web servers; on others there may be anything.
PORTS = {"https": frozenset({443, 8443}), "http": frozenset({80, 8080})}
#: Names that are looked up at once, at most: a slow one holds up only other webhooks.
_LOOKUPS = 4
#: Addresses behind a name that are tried in turn: a machine may have no way to those of IPv6.
_MOST_TRIED = 3
#: Addresses of networks of IPv6 that anybody may be given; all else has some other meaning.
_UNICAST = ip_network("2000::/3")
#: Within it: tunnels to addresses of IPv4 (Teredo, 6to4), and addresses for documentation.
_SPECIAL = tuple(
    ip_network(text) for text in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")
)
_RELAYS_OF_6TO4 = ip_network("192.88.99.0/24")
#: What carries an address of IPv4 in its last 32 bits to a gateway (NAT64).
_NAT64: IPv6Network = ip_network("64:ff9b::/96")  # type: ignore[assignment]


class WebhookAddressUnfit(Refused):
    """An address is none to which a webhook may be sent."""

    message = (
        "A webhook's address begins with {schemes}, has a host and port {ports}, and neither a "
        "user name nor a fragment."
    )


class WebhookAddressPrivate(Refused):
    """An address leads where webhooks must not go, or nowhere."""

    message = (
        "This address cannot be reached from the internet: its name is unknown, or leads to a "
        "private network. Give one that is public."
    )


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be sent to: what was asked for, and the checked addresses behind it."""

    url: httpx2.URL
    addresses: tuple[str, ...]

    @property
    def request_urls(self) -> tuple[httpx2.URL, ...]:
        """The address with each host that was checked in the place of its name."""
        return tuple(self.url.copy_with(host=address) for address in self.addresses[:_MOST_TRIED])

    @property
    def host(self) -> str:
        """The name, as certificates have it."""
        return self.url.host.rstrip(".")

    @property
    def host_header(self) -> str:
        """What the server is told that it was asked as."""
        return self.url.netloc.decode("ascii")


class WebhookAddresses:
    """Reads and checks addresses; at each use anew, for names change what they lead to.

    Args:
        allow_http: `http:` may be used.
        allow_private: any network and any port may be used.
        resolve: looks names up.
        more_ports: that may be used as well.
    """

    def __init__(
        self,
        *,
        allow_http: bool,
        allow_private: bool,
        resolve: Resolver | None = None,
        more_ports: frozenset[int] = frozenset(),
    ) -> None:
        self.allow_private = allow_private
        self._schemes = ("https", "http") if allow_http else ("https",)
        self._more_ports = more_ports
        self.resolve: Resolver = resolve or _look_up
        self._threads = ThreadPoolExecutor(_LOOKUPS, "kizashi-names")

    def read(self, text: str) -> httpx2.URL:
        """Read an address as it was written.

        Raises:
            WebhookAddressUnfit: it has no form that is allowed.
        """
        try:
            url = httpx2.URL(text)
        except httpx2.InvalidURL:
            raise self._unfit() from None
        if url.scheme not in self._schemes or not url.host or url.userinfo or url.fragment:
            raise self._unfit()
        if not self.allow_private and _port(url) not in (PORTS[url.scheme] | self._more_ports):
            raise self._unfit()
        return url

    async def check(self, text: str) -> Target:
        """Read an address, look its name up, and check every address that it leads to.

        Raises:
            WebhookAddressUnfit: as in `read`.
            WebhookAddressPrivate: one of them is not public, or there is none.
        """
        url = self.read(text)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, self.resolve, url.host, _port(url))
            addresses = [ip_address(str(entry[4][0])) for entry in found]
        except (OSError, ValueError):  # ValueError: no such name is possible, or it has a scope
            raise WebhookAddressPrivate from None
        if not addresses or not (self.allow_private or all(map(is_public, addresses))):
            raise WebhookAddressPrivate
        return Target(url, tuple(str(address) for address in addresses))

    def close(self) -> None:
        """Look nothing up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _unfit(self) -> WebhookAddressUnfit:
        """Say what is allowed."""
        ports = sorted(port for scheme in self._schemes for port in PORTS[scheme])
        return WebhookAddressUnfit(
            schemes=", ".join(f"{scheme}://" for scheme in self._schemes),
            ports=", ".join(map(str, ports)),
        )


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the internet, whatever way it is written in.

    >>> [is_public(ip_address(a)) for a in ("8.8.8.8", "127.0.0.1", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, IPv4Address):
        is_special = address.is_multicast or address.is_reserved or address in _RELAYS_OF_6TO4
        return address.is_global and not is_special
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    is_special = any(address in network for network in _SPECIAL)
    return address in _UNICAST and address.is_global and not is_special


def _port(url: httpx2.URL) -> int:
    """Give the port, that of the scheme where none is written."""
    return url.port or (443 if url.scheme == "https" else 80)


def _look_up(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """Look a name up as the system does."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
