"""A question's linked markets: what each costs, whether we differ, and because of which records."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.divergences import divergence_in_words, question_divergence
from api.language import translate
from api.pages.candidates import RELATION_WORDS
from api.words import percent
from data.linked_prices import standing_prices
from forecasts.times import moment_of


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A linked contract with its newest price."""

    title: str
    platform: str
    url: str | None
    relation: str
    price: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarketsPart:
    """What linked markets say of a question.

    Attributes:
        words: who says what, then why; empty where no contract is on the same or opposite outcome.
        is_alarming: we differ by more than noise.
    """

    words: tuple[str, ...]
    is_alarming: bool
    prices: tuple[PriceLine, ...]


def markets_part(
    connection: Connection, question: str, at: float, language: str
) -> MarketsPart | None:
    """Say what the markets linked to a question say, as known at an instant; None without any."""
    prices = [one for one in standing_prices(connection, at) if one.priced.question == question]
    if not prices:
        return None
    found = question_divergence(connection, question, at)
    return MarketsPart(
        words=() if found is None else divergence_in_words(connection, found, language),
        is_alarming=found is not None and found.found.is_alarming,
        prices=tuple(
            PriceLine(
                title=one.title,
                platform=one.platform,
                url=one.url,
                relation=translate(RELATION_WORDS[one.priced.relation], language),
                price=percent(one.price, language),
                at=moment_of(one.at),
            )
            for one in prices
        ),
    )
