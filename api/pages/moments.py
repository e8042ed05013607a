"""Moments as a reader's clock shows them: in his zone, which his browser tells in a cookie."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from markupsafe import Markup

from api.words import day_in_words

#: Before a browser has told its zone.
_ZONES = {"ja": "Asia/Tokyo", "en": "UTC"}


def told_zone(cookies: Mapping[str, str]) -> str | None:
    """Give the zone that a reader chose, else the one that his browser tells.

    >>> told_zone({"tz": "Europe/Rome", "zone": "Asia/Tokyo"})
    'Asia/Tokyo'
    """
    return cookies.get("zone") or cookies.get("tz")


def reader_zone(told: str | None, language: str) -> str:
    """Give the reader's zone: what his browser told, if there is such a zone; else a guess.

    >>> reader_zone("Europe/Rome", "en"), reader_zone("../etc/passwd", "ja")
    ('Europe/Rome', 'Asia/Tokyo')
    """
    return told if told in _known_zones() else _ZONES[language]


def moment_in_words(at: datetime, language: str, zone: str) -> Markup:
    """Write a moment by the reader's clock, to the minute, with the name of the zone.

    >>> print(moment_in_words(datetime(2026, 11, 28, 16, 5, tzinfo=UTC), "ja", "Asia/Tokyo"))
    <time datetime="2026-11-28T16:05:00Z">2026年11月29日 01:05 JST</time>
    """
    local = at.astimezone(ZoneInfo(zone))
    written = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = f"{day_in_words(local.date().isoformat(), language)} {local:%H:%M %Z}"
    return Markup('<time datetime="{}">{}</time>').format(written, words)


@cache
def _known_zones() -> frozenset[str]:
    """Give every zone that this machine knows."""
    return frozenset(available_timezones())
