"""Webhooks never reach private networks, whatever way an address is written in."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from api.push.addresses import (
    WebhookAddresses,
    WebhookAddressPrivate,
    WebhookAddressUnfit,
    is_public,
)
from api.push.sending import Outcome, send
from forecasts.errors import KizashiError
from tests.api.receiving import Receiver, asking_for_names, receiving

#: Ways to write loopback and the like; {} is the port of a server that must not be reached.
TRICKS = [
    "http://127.0.0.1:{}/",
    "http://2130706433:{}/",  # decimal
    "http://0x7f000001:{}/",  # hexadecimal
    "http://0177.0.0.1:{}/",  # octal
    "http://127.1:{}/",
    "http://0:{}/",
    "http://0.0.0.0:{}/",
    "http://[::ffff:127.0.0.1]:{}/",
    "http://[::ffff:7f00:1]:{}/",
    "http://[::1]:{}/",
    "http://[::]:{}/",
    "http://example.org@127.0.0.1:{}/",
    "http://example.org#@127.0.0.1:{}/",
    "http://127.0.0.1.:{}/",
    "http://localhost:{}/",
    "http://localhost.:{}/",
    "http://LOCALHOST:{}/",
    "http://127。0。0。1:{}/",
    "http://169.254.169.254:{}/latest/meta-data/",
    "http://[fe80::1%25lo]:{}/",
]
PUBLIC, LOOPBACK = "93.184.215.14", "127.0.0.1"


def resolver(*answers: str):
    """Give a resolver that answers in turn, the last answer for ever; and what it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int):
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))]

    return resolve, asked


def strict(port: int, resolve=None) -> WebhookAddresses:
    """All is forbidden but http: and the port of the canary, so that only the address can save."""
    ports = frozenset({port})
    return WebhookAddresses(allow_http=True, allow_private=False, resolve=resolve, more_ports=ports)


def sent(addresses: WebhookAddresses, url: str) -> Outcome:
    try:
        return asyncio.run(send(addresses, url, {"webhook-id": "x"}, "{}"))
    finally:
        addresses.close()


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_reaches_a_private_network(trick):
    with receiving(Receiver()) as canary:
        outcome = sent(strict(canary.port), trick.format(canary.port))

    assert outcome.status == "address refused"
    assert canary.requests == []


def test_without_the_check_the_same_tricks_reach_it():
    with receiving(Receiver()) as canary:
        for trick in TRICKS:
            open_to_all = WebhookAddresses(allow_http=True, allow_private=True)
            sent(open_to_all, trick.format(canary.port))

    assert len(canary.requests) >= 8


def test_a_name_that_leads_elsewhere_at_delivery_is_refused_then():
    resolve, asked = resolver(PUBLIC, LOOPBACK)
    with receiving(Receiver()) as canary:
        url = f"http://rebinding.example:{canary.port}/"
        addresses = strict(canary.port, resolve)
        target = asyncio.run(addresses.check(url))
        outcome = sent(addresses, url)

    assert target.addresses == (PUBLIC,)
    assert (outcome.status, canary.requests) == ("address refused", [])
    assert asked == ["rebinding.example"] * 2


def test_the_connection_goes_to_the_address_that_was_checked_and_asks_no_second_time():
    resolve, asked = resolver(LOOPBACK, PUBLIC)
    with receiving(Receiver()) as receiver:
        addresses = WebhookAddresses(allow_http=True, allow_private=True, resolve=resolve)
        outcome = sent(addresses, f"http://hooks.example:{receiver.port}/path?a=b")

    assert outcome.is_delivered
    assert asked == ["hooks.example"]
    assert receiver.requests[0][0]["host"] == f"hooks.example:{receiver.port}"


def test_where_one_address_takes_no_connection_the_next_is_tried():
    def resolve(_host: str, port: int):
        return [(2, 1, 6, "", (address, port)) for address in ("127.0.0.2", LOOPBACK)]

    with receiving(Receiver()) as receiver:
        addresses = WebhookAddresses(allow_http=True, allow_private=True, resolve=resolve)
        outcome = sent(addresses, f"http://hooks.example:{receiver.port}/")

    assert (outcome.status, len(receiver.requests)) == ("204", 1)


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    def resolve(_host: str, port: int):
        return [(2, 1, 6, "", (address, port)) for address in (PUBLIC, "10.0.0.1")]

    with pytest.raises(WebhookAddressPrivate):
        asyncio.run(strict(8080, resolve).check("http://both.example:8080/"))


def test_certificates_are_asked_for_by_the_name_and_not_by_the_address():
    resolve, _ = resolver(LOOPBACK)
    with asking_for_names() as (port, names):
        addresses = WebhookAddresses(allow_http=False, allow_private=True, resolve=resolve)
        outcome = sent(addresses, f"https://hooks.example.:{port}/")

    assert outcome.status == "no connection"  # without a certificate there is none
    assert names == ["hooks.example"]


def test_redirections_are_not_followed():
    with receiving(Receiver()) as canary, receiving(Receiver()) as receiver:
        receiver.statuses, receiver.location = [302], f"http://127.0.0.1:{canary.port}/"
        addresses = WebhookAddresses(allow_http=True, allow_private=True)
        outcome = sent(addresses, f"http://127.0.0.1:{receiver.port}/")

    assert (outcome.status, outcome.is_delivered) == ("302", False)
    assert canary.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",  # not https:
        "ftp://example.org/",
        "https://example.org:22/",
        "https://example.org:8080/",
        "https://user@example.org/",
        "https://:pw@example.org/",
        "https://example.org/#there",
        "https:///path",
        "https://[::1/",
        "https://example.org:99999/",
    ],
)
def test_addresses_of_another_form_are_refused_before_any_look(url):
    resolve, asked = resolver(PUBLIC)
    addresses = WebhookAddresses(allow_http=False, allow_private=False, resolve=resolve)
    with pytest.raises(WebhookAddressUnfit):
        asyncio.run(addresses.check(url))

    assert asked == []


@pytest.mark.parametrize("url", ["https://example.org/", "https://example.org:8443/a?b=c"])
def test_addresses_of_the_usual_form_are_taken(url):
    addresses = WebhookAddresses(allow_http=False, allow_private=False, resolve=resolver(PUBLIC)[0])

    assert asyncio.run(addresses.check(url)).addresses == (PUBLIC,)


def test_a_name_that_nobody_knows_is_refused_like_a_private_one():
    addresses = WebhookAddresses(allow_http=False, allow_private=False)
    with pytest.raises(KizashiError):
        asyncio.run(addresses.check("https://no-such-name.invalid/"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),  # NAT64 of 8.8.8.8
        ("64:ff9b::7f00:1", False),  # of 127.0.0.1
        ("64:ff9b:1::808:808", False),  # a network's own gateway
        ("2002:7f00:1::1", False),  # 6to4 of 127.0.0.1
        ("2001:0:4136:e378::1", False),  # Teredo
        ("::7f00:1", False),  # IPv4-compatible
        ("::ffff:169.254.169.254", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # shared by a provider's customers
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("239.1.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::", False),
        ("2001:db8::1", False),
    ],
)
def test_what_is_public(address, public):
    assert is_public(ip_address(address)) is public
