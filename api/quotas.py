"""Quotas: how much each caller may ask for in a minute, counted in a sliding window."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from starlette.types import Scope

from forecasts.errors import KizashiError

WINDOW_SECONDS = 60
#: Callers that are remembered; beyond it, those who asked for nothing lately are forgotten.
MOST_CALLERS = 100_000
_MARK = "kizashi.spending"


class TooManyRequests(KizashiError):
    """A quota is used up."""

    message = (
        "You may ask for {quota} units in {window} seconds, and they are used up. Come back in "
        "{seconds} seconds; a batch, a cursor page of 500, or an export asks for much at once."
    )

    @property
    def seconds(self) -> int:
        """When to come back."""
        return int(str(self.facts["seconds"]))


@dataclass(slots=True)
class _Count:
    """Units in a window and in the one before it."""

    window: int
    before: float
    now: float


class Quotas:
    """Counts units by caller: those of the present window, and a share of those before it.

    The share of the window before falls evenly to nothing, so that nobody gets twice the quota
    where two windows meet.

    Args:
        ticks: seconds of any clock that never goes back.
    """

    def __init__(self, ticks: Callable[[], float] = monotonic) -> None:
        self._ticks = ticks
        self._counts: dict[str, _Count] = {}

    def take(self, caller: str, quota: int, units: int) -> tuple[int, int]:
        """Take units; gives what is left, and in how many seconds the present window ends.

        What is asked for at once counts as the whole quota at most.

        Raises:
            TooManyRequests: so much is not left; nothing was taken.
        """
        window, passed = divmod(self._ticks() / WINDOW_SECONDS, 1)
        count = self._count(caller, int(window))
        units = min(units, quota)
        used = count.before * (1 - passed) + count.now
        if used + units > quota:
            seconds = ceil(_wait(count, quota - units, passed) * WINDOW_SECONDS)
            raise TooManyRequests(quota=quota, window=WINDOW_SECONDS, seconds=max(seconds, 1))
        count.now += units
        return int(quota - used - units), ceil((1 - passed) * WINDOW_SECONDS)

    def _count(self, caller: str, window: int) -> _Count:
        """Give a caller's count, moved on to a window."""
        count = self._counts.get(caller)
        if count is None:
            if len(self._counts) >= MOST_CALLERS:
                self._forget(window)
            count = self._counts[caller] = _Count(window, 0, 0)
        elif count.window != window:
            count.before = count.now if count.window == window - 1 else 0
            count.now, count.window = 0, window
        return count

    def _forget(self, window: int) -> None:
        """Forget who asked for nothing lately; if nobody, then the half who came first."""
        lately = {c: n for c, n in self._counts.items() if n.window >= window - 1}
        if len(lately) >= MOST_CALLERS:
            lately = dict(list(lately.items())[MOST_CALLERS // 2 :])
        self._counts = lately


def _wait(count: _Count, left: float, passed: float) -> float:
    """Give the share of a window to wait until no more than `left` units count.

    >>> _wait(_Count(0, before=100, now=0), 50, 0.25), _wait(_Count(0, before=0, now=100), 50, 0.25)
    (0.25, 1.25)
    """
    if count.now <= left:  # the window before runs out while this one lasts
        return max(1 - (left - count.now) / max(count.before, 1e-9) - passed, 0.0)
    return 1 - passed + 1 - left / count.now


@dataclass(slots=True)
class Spending:
    """What a request has taken from its caller's quota."""

    quotas: Quotas
    caller: str
    quota: int
    left: int = 0
    seconds: int = 0

    def take(self, units: int) -> None:
        """Take more.

        Raises:
            TooManyRequests: so much is not left.
        """
        try:
            self.left, self.seconds = self.quotas.take(self.caller, self.quota, units)
        except TooManyRequests as error:
            self.left, self.seconds = 0, error.seconds
            raise

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Say what may be asked for, and what is left (IETF draft `ratelimit-headers`)."""
        return [
            (b"ratelimit-policy", b'"default";q=%d;w=%d' % (self.quota, WINDOW_SECONDS)),
            (b"ratelimit", b'"default";r=%d;t=%d' % (self.left, self.seconds)),
        ]


def note_spending(scope: Scope, spending: Spending) -> None:
    """Let what answers a request take more from its caller's quota."""
    scope[_MARK] = spending


def spending_of(scope: Scope) -> Spending | None:
    """Give what a request takes from; None where there is no quota."""
    spending: Spending | None = scope.get(_MARK)
    return spending


def spend(scope: Scope, units: int) -> None:
    """Take more units for a request than its address told.

    Raises:
        TooManyRequests: so much is not left.
    """
    spending = spending_of(scope)
    if spending is not None and units > 0:
        spending.take(units)
