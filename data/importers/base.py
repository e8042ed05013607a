"""What importers share: a part of a platform is read page by page, and goes on where it stopped."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from data.importers.fetching import Answer, Ask
from data.importers.records import Read

type Cursor = dict[str, Any]
type Asks = Generator[Ask, Read]


@dataclass(frozen=True, slots=True)
class Followed:
    """A contract whose history of prices is read.

    Attributes:
        newest: instant of the newest price of its history that is here; None: none is.
    """

    key: str
    status: str
    opens: float | None
    closes: float | None
    traits: Mapping[str, Any]
    newest: float | None


@dataclass(frozen=True, slots=True)
class State:
    """How far a platform has been read.

    Attributes:
        cursors: by part; whoever sends the requests puts what each left behind in here.
        followed: gives the contracts whose history is wanted.
        now: instant at which the sync began.
    """

    cursors: dict[str, Cursor]
    followed: Callable[[], list[Followed]]
    now: float


class Importer(ABC):
    """A platform: which requests it takes to read it, and what its answers say.

    Reading an answer needs nothing but the answer, so that it can be read again.
    """

    platform: ClassVar[str]
    #: Requests a second that it allows, with room to spare.
    per_second: ClassVar[float]

    def headers(self) -> dict[str, str]:
        """Give what every request carries."""
        return {}

    @abstractmethod
    def asks(self, state: State) -> Asks:
        """Give the requests of a sync, one after the other; each gets what was read of it."""

    @abstractmethod
    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read an answer that came at an instant.

        Raises:
            AnswerUnreadable: it is none.
        """

    def advance(
        self, cursors: Mapping[str, Cursor], ask: Ask, read: Read, answer: Answer
    ) -> dict[str, Cursor]:
        """Say how far a part, or several, have been read after an answer.

        `next` is where the next page begins; `newest` how far the platform's clock has come in the
        pages so far, which becomes `since` at the end: what is no newer is known already.
        """
        del answer
        before = cursors.get(ask.part, {})
        known = [n for n in (before.get("newest"), read.newest) if n is not None]
        newest = max(known, default=before.get("since"))
        if read.following is None:
            return {ask.part: {"since": newest}}
        return {ask.part: {**before, "next": read.following, "newest": newest}}


def pages(state: State, part: str, ask_of: Callable[[Cursor], Ask]) -> Asks:
    """Ask for the pages of a part, from where it stopped."""
    while True:
        yield ask_of(state.cursors.get(part, {}))
        if state.cursors[part].get("next") is None:
            return


def since_of(cursor: Cursor) -> dict[str, Any]:
    """Give what reading a page needs to know of its cursor."""
    return {} if cursor.get("since") is None else {"since": cursor["since"]}
