"""Shapes of Manifold's records: markets, their answers, and bets."""

from typing import ClassVar

from data.importers.shapes import Fraction, Milliseconds, Shape

_MECHANISMS = frozenset({"cpmm-1", "cpmm-multi-1", "none", "dpm-2"})
_TYPES = frozenset(
    {
        "BINARY", "MULTIPLE_CHOICE", "PSEUDO_NUMERIC", "NUMBER", "MULTI_NUMERIC", "DATE", "STONK",
        "BOUNTIED_QUESTION", "POLL", "PERP", "FREE_RESPONSE", "NUMERIC", "QUADRATIC_FUNDING",
        "CERT",
    }
)  # fmt: skip


class ManifoldAnswer(Shape):
    """One answer of a market with several."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "contractId", "userId", "createdTime", "poolYes", "poolNo", "isOther", "probChanges",
            "pool", "resolverId", "imageUrl", "shortText", "color", "midpoint", "subsidyPool",
            "fsUpdatedTime", "textFts", "lastBetTime",
        }
    )  # fmt: skip

    id: str
    text: str
    index: int | None = None
    prob: Fraction | None = None
    probability: Fraction | None = None
    totalLiquidity: float | None = None
    volume: float | None = None
    resolution: str | None = None
    resolutionTime: Milliseconds | None = None
    resolutionProbability: Fraction | None = None


class ManifoldMarket(Shape):
    """A market, from a list or by itself."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "creatorId", "creatorUsername", "creatorName", "creatorAvatarUrl", "slug", "p", "value",
            "min", "max", "isLogScale", "volume24Hours", "resolverId", "pool", "lastCommentTime",
            "siblingContractId", "addAnswersMode", "options", "groupSlugs", "description",
            "coverImageUrl", "marketTier", "visibility",
        }
    )  # fmt: skip
    values: ClassVar[dict[str, frozenset[str]]] = {
        "outcomeType": _TYPES,
        "mechanism": _MECHANISMS,
        "token": frozenset({"MANA", "CASH"}),
    }

    id: str
    question: str
    createdTime: Milliseconds
    outcomeType: str
    mechanism: str
    isResolved: bool
    volume: float
    closeTime: Milliseconds | None = None
    url: str | None = None
    probability: Fraction | None = None
    totalLiquidity: float | None = None
    resolution: str | None = None
    resolutionTime: Milliseconds | None = None
    resolutionProbability: Fraction | None = None
    uniqueBettorCount: int | None = None
    lastUpdatedTime: Milliseconds | None = None
    lastBetTime: Milliseconds | None = None
    token: str | None = None
    answers: tuple[ManifoldAnswer, ...] | None = None
    shouldAnswersSumToOne: bool | None = None
    textDescription: str | None = None


class ManifoldFill(Shape):
    """A part of an order that was filled."""

    unread: ClassVar[frozenset[str]] = frozenset({"matchedBetId", "amount", "shares", "fees"})

    timestamp: Milliseconds


class ManifoldBet(Shape):
    """A bet, with the probability that it left behind."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "userId", "updatedTime", "amount", "shares", "probBefore", "fees", "isApi",
            "loanAmount", "orderAmount", "isCancelled", "expiresAt", "betGroupId", "visibility",
            "replyToCommentId", "silent", "outcome",
        }
    )  # fmt: skip

    id: str
    contractId: str
    createdTime: Milliseconds
    probAfter: Fraction
    answerId: str | None = None
    isFilled: bool | None = None
    isRedemption: bool | None = None
    limitProb: Fraction | None = None
    fills: tuple[ManifoldFill, ...] | None = None
