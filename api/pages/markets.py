"""The pages of other platforms: how much of each is here, and how reading it goes."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import InstanceDep, LanguageDep, get_settings
from api.instance import Instance
from api.language import translate
from api.market_answers import disagreement_answer
from api.markets import all_platforms, market_answers, one_platform
from api.pages.market_lines import (
    AsideLine,
    DisagreementLine,
    MarketLine,
    PlatformLine,
    SyncLine,
    differing_line,
    facts_of,
    market_line,
    moment_of_text,
    number_in_words,
    platform_line,
    sync_line,
)
from api.pages.rendering import render
from api.settings import Settings
from data.market_disagreements import disagreements
from data.market_queries import MarketFilters
from data.standing import ALWAYS

router = APIRouter(include_in_schema=False, default_response_class=Response)
#: Markets, and things that are put aside, that a page shows.
_MOST_MARKETS, _MOST_ASIDE = 50, 25


@dataclass(frozen=True, slots=True)
class PlatformsPage:
    """All platforms."""

    title: str
    platforms: tuple[PlatformLine, ...]
    disagreements: tuple[DisagreementLine, ...]


@dataclass(frozen=True, slots=True)
class PlatformPage:
    """One platform."""

    id: str
    title: str
    line: PlatformLine
    terms: str
    facts: tuple[tuple[str, str], ...]
    syncs: tuple[SyncLine, ...]
    aside: tuple[AsideLine, ...]
    aside_count: int
    unknown: tuple[AsideLine, ...]
    disagreements: tuple[DisagreementLine, ...]
    markets: tuple[MarketLine, ...]
    markets_count: int


@router.get("/markets")
def show_platforms(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show all platforms."""
    page = platforms_page(instance, get_settings(request), language)
    return render(request, "markets.html", page, language)


@router.get("/markets/{platform}")
def show_platform(
    platform: str, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Show one platform."""
    page = platform_page(instance, get_settings(request), platform, language)
    return render(request, "platform.html", page, language)


def platforms_page(instance: Instance, settings: Settings, language: str) -> PlatformsPage:
    """List the platforms."""
    with instance.database.read() as connection:
        found = all_platforms(connection, settings, ALWAYS)
        differing = disagreements(connection, ALWAYS)
    return PlatformsPage(
        title=translate("Prediction markets", language),
        platforms=tuple(platform_line(platform, language) for platform in found),
        disagreements=tuple(
            differing_line(disagreement_answer(one), language) for one in differing
        ),
    )


def platform_page(
    instance: Instance, settings: Settings, platform: str, language: str
) -> PlatformPage:
    """Tell of one platform.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    filters = MarketFilters(platform=platform, status="open")
    with instance.database.read() as connection:
        found = one_platform(connection, platform, settings, ALWAYS)
        now = instance.clock_instant()
        markets = market_answers(connection, filters, None, _MOST_MARKETS, ALWAYS, now)
        if not markets:
            every = MarketFilters(platform=platform)
            markets = market_answers(connection, every, None, _MOST_MARKETS, ALWAYS, now)
    return PlatformPage(
        id=found.id,
        title=found.title,
        line=platform_line(found, language),
        terms=translate(found.terms, language) if found.terms else "",
        facts=facts_of(found, language),
        syncs=tuple(sync_line(one, language) for one in found.syncs[:10]),
        aside=tuple(
            AsideLine(
                f"{one.shape} {one.key or ''}".strip(), one.reason, moment_of_text(one.first_seen)
            )
            for one in found.quarantine[:_MOST_ASIDE]
        ),
        aside_count=found.quarantined,
        unknown=tuple(
            AsideLine(
                f"{one.shape}.{one.path}",
                number_in_words(one.count, language),
                moment_of_text(one.first_seen),
            )
            for one in found.unknown[:_MOST_ASIDE]
        ),
        disagreements=tuple(differing_line(one, language) for one in found.disagreements),
        markets=tuple(market_line(one, language) for one in markets),
        markets_count=found.markets,
    )
