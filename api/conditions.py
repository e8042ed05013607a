"""Conditional writes: what is superseded must be what its writer has seen."""

from typing import Annotated

from fastapi import Header

from forecasts.errors import KizashiError

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        pattern=r'^(\*|"[^"\x00-\x1f\x7f]*")$',
        description="the `ETag` of what you have seen; another one there now: 412",
        examples=['"entry-181"'],
    ),
]


class SomethingNewer(KizashiError):
    """What is to be superseded is no longer what the writer saw."""

    message = (
        "This has changed since you read it: it is {current} now. Read it again, and send "
        "`If-Match: {current}` if your change still holds."
    )


class MatchMissing(KizashiError):
    """A change of this kind must say what it supersedes."""

    message = (
        "Say which version this supersedes: send `If-Match: {current}` if you have read the "
        "present one."
    )


def entry_tag(entry: int) -> str:
    """Give the entity tag of what an entry of the ledger holds.

    >>> entry_tag(181)
    '"entry-181"'
    """
    return f'"entry-{entry}"'


def require_match(if_match: str | None, current: str, *, needed: bool = False) -> None:
    """Refuse a change of something that its writer has not seen.

    Args:
        needed: there must be a condition.

    Raises:
        SomethingNewer: the condition does not hold.
        MatchMissing: there is none, and one is needed.
    """
    if if_match is None and needed:
        raise MatchMissing(current=current)
    if if_match not in (None, "*", current):
        raise SomethingNewer(current=current)
