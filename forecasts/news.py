"""News: how a model moved over time, and how much of that a quote does not hold yet.

Absorption keeps evidence from being counted twice. A market that quotes after a fact was published
has most of it in its price, so that the fact counts only 1 - omega in a house forecast that starts
from that price. It is the model's own steps that are weighed so: they hold what a record said after
all bounds and discounts, what linked questions told, and the days that passed in silence; and they
sum to what the model learned, whatever their order.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from forecasts.crowds import log_odds
from forecasts.markets import absorbed
from forecasts.outcomes import Floats

#: Causes of steps that are no news: the model reads old facts anew.
REREADINGS = frozenset(("fit", "track_record"))
#: Quotes and moves that are weighed at once: an array of 32 MB.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """How a model's log-odds of yes moved after the opening, in the order in which it did.

    Attributes:
        at: when each move came, rising, in days since 1970.
        published: when the fact behind it was published, never later than `at`.
        moves: in nats.
    """

    at: Floats
    published: Floats
    moves: Floats


def news_of_steps(
    at: ArrayLike, published: ArrayLike, chances: ArrayLike, is_rereading: ArrayLike
) -> News:
    """Give the news in a model's steps, of which the first is the opening forecast.

    Args:
        at: of each step, rising.
        published: of the fact behind it; later than the step, or NaN: it counts as of the step.
        chances: of yes after each step.
        is_rereading: whether the step only reads old facts anew; that is no news.

    >>> news = news_of_steps([0.0, 1.0, 2.0], [0.0, 0.5, 2.0], [0.5, 0.8, 0.5], [False] * 3)
    >>> news.published.tolist(), news.moves.round(4).tolist()
    ([0.5, 2.0], [1.3863, -1.3863])
    """
    times = np.asarray(at, float)
    moves = np.diff(log_odds(chances)) if len(times) else np.zeros(0)
    is_news = ~np.asarray(is_rereading, bool)[1:]
    facts = np.fmin(np.asarray(published, float), times)[1:]
    return News(times[1:][is_news], facts[is_news], moves[is_news])


def unheard(elapsed: Any, moves: Any, absorption: Any, xp: ModuleType = np) -> Any:
    """What of each move a quote does not hold yet, in nats.

    Args:
        elapsed: days from the publication to the quote.
    """
    return (1 - absorbed(elapsed, absorption, xp)) * moves


def news_since(news: News, quoted: ArrayLike, moment: ArrayLike, absorption: ArrayLike) -> Floats:
    """Nats that a quote lacks at a moment: what had moved the model by then, less what is in it.

    Args:
        quoted: when each quote was made.
        moment: when the house forecasts with it.
        absorption: days, of its platform.

    >>> news = News(np.array([1.0, 5.0]), np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    >>> news_since(news, [3.0, 3.0], [4.0, 6.0], [1e-9, 1e-9]).tolist()
    [0.0, 2.0]
    """
    quotes, moments, days = np.broadcast_arrays(quoted, moment, absorption)
    found, step = np.zeros(len(quotes)), max(1, _AT_ONCE // max(len(news.at), 1))
    for start in range(0, len(quotes), step):
        rows = slice(start, start + step)
        elapsed = quotes[rows, None] - news.published
        lacking = unheard(elapsed, news.moves, days[rows, None])
        found[rows] = np.where(news.at <= moments[rows, None], lacking, 0.0).sum(axis=1)
    return found
