"""The platforms that can be read, as the settings say: addresses, tokens, terms."""

from dataclasses import dataclass

from api.settings import Settings
from data.importers.base import Importer
from data.importers.fetching import Fetcher, Patience
from data.importers.forecastbench import ForecastBench
from data.importers.kalshi import Kalshi
from data.importers.manifold import Manifold
from data.importers.metaculus import TERMS, Metaculus
from data.importers.polymarket import Polymarket
from forecasts.errors import Refused, Unknown

PLATFORMS = ("manifold", "polymarket", "kalshi", "metaculus", "forecastbench")
TITLES = {
    "manifold": "Manifold",
    "polymarket": "Polymarket",
    "kalshi": "Kalshi",
    "metaculus": "Metaculus",
    "forecastbench": "ForecastBench",
}


class NoSuchPlatform(Unknown):
    """Something is to be read that is no platform."""

    message = "There is no such platform to read. Give some of: {platforms}."


class TermsNotAccepted(Refused):
    """Metaculus is to be read, and nobody has taken its terms."""

    message = (
        "Metaculus is read only with your own token (metaculus_token) and when you have accepted "
        "its terms (metaculus_accept_terms = true): its data may not be used to train, evaluate or "
        "develop AI without its written permission. See docs/markets.md."
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """How a platform is read."""

    importer: Importer
    fetcher: Fetcher


def require_platform(platform: str) -> str:
    """Give a platform that can be read.

    Raises:
        NoSuchPlatform: it is none.
    """
    if platform not in PLATFORMS:
        raise NoSuchPlatform(platforms=", ".join(PLATFORMS))
    return platform


def is_allowed(platform: str, settings: Settings) -> bool:
    """Tell whether the settings let a platform be read."""
    if platform != "metaculus":
        return platform in PLATFORMS
    return settings.metaculus_token is not None and settings.metaculus_accept_terms


def terms_of(platform: str) -> str | None:
    """Give what a platform asks of its readers, where that matters."""
    return {
        "metaculus": TERMS,
        "manifold": "Manifold: data of its API may not train AI commercially without a licence.",
        "forecastbench": "ForecastBench: CC BY-SA 4.0; who passes it on names it and keeps that.",
    }.get(platform)


def importer_of(platform: str, settings: Settings) -> Importer:
    """Give the importer of a platform.

    Raises:
        NoSuchPlatform, TermsNotAccepted: see there.
    """
    match require_platform(platform):
        case "manifold":
            return Manifold(settings.manifold_url)
        case "polymarket":
            return Polymarket(settings.polymarket_url, settings.polymarket_history_url)
        case "kalshi":
            return Kalshi(settings.kalshi_url)
        case "forecastbench":
            return ForecastBench(settings.forecastbench_url)
    if settings.metaculus_token is None or not settings.metaculus_accept_terms:
        raise TermsNotAccepted
    return Metaculus(settings.metaculus_token, settings.metaculus_url)


def reading_of(platform: str, settings: Settings) -> Reading:
    """Give a platform's importer and who fetches for it, at the pace that it allows.

    Raises:
        NoSuchPlatform, TermsNotAccepted: see there.
    """
    importer = importer_of(platform, settings)
    patience = Patience(attempts=settings.market_attempts, first=settings.market_wait_seconds)
    return Reading(importer, Fetcher(platform, importer.per_second, patience, importer.headers()))


def planned_platforms(settings: Settings) -> tuple[str, ...]:
    """Give the platforms that are read by themselves.

    Raises:
        NoSuchPlatform: one of them is none.
    """
    names = [
        name.strip() for name in (settings.market_sync_platforms or "").split(",") if name.strip()
    ]
    return tuple(require_platform(name) for name in names)
