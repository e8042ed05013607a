"""The columns of leaderboards: what each is called and says, and how its numbers are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.board_answers import CreditBoardRow, ForecasterStanding, VoiceStanding
from api.language import translate
from api.pages.board_wishes import Board, BoardWish
from api.words import percent

type Standing = ForecasterStanding | CreditBoardRow | VoiceStanding

#: The columns of each board after rank and name; the first is drawn.
COLUMNS: Mapping[Board, tuple[str, ...]] = {
    "forecasters": ("bits", "chance_of_top", "peer", "baseline", "coverage", "questions"),
    "evidence": ("bits", "final", "provisional", "withheld", "records", "questions"),
    "sources": ("bits", "final", "provisional", "records", "questions"),
    "voices": ("bits", "log2_loss", "brier", "questions"),
}
#: Of these, less is better.
_LESS_IS_BETTER = frozenset({"log2_loss", "brier"})
LABELS = {
    "rank": "Place",
    "name": "Name",
    "bits": "Bits",
    "chance_of_top": "Chance of being the best",
    "peer": "Peer",
    "baseline": "Baseline",
    "coverage": "Coverage",
    "questions": "Outcomes",
    "final": "Final",
    "provisional": "Provisional",
    "withheld": "Withheld",
    "records": "Records",
    "log2_loss": "Log loss",
    "brier": "Brier",
}
_PLACE = (
    "By bits, the most first. The bar and the small numbers show the places that chance alone "
    "leaves possible, with 90% certainty: where bars of two rows overlap, their order may be luck."
)
_OUTCOMES = "How many questions with an outcome stand behind the row."
_OF_CREDIT = (
    "By how many bits records moved forecasts towards what happened, beyond all else that was "
    "known, summed over questions. The bar is the 90% interval, by how the bits differ between "
    "questions."
)
SAYS = {
    "rank": _PLACE,
    "bits": (
        "Skill: by how many bits a question someone is ahead of the others who stood on it at the "
        "same times. One bit more is twice the chance for what happened. The bar is the 90% "
        "interval; who has few outcomes is drawn towards 0."
    ),
    "chance_of_top": "How likely it is that nobody else on this board is better.",
    "peer": (
        "Metaculus' peer score: how far ahead of the others, in points a question of full "
        "coverage. 0 is like the others."
    ),
    "baseline": (
        "Metaculus' baseline score: how much better than knowing nothing, in points a question of "
        "full coverage. It is high on easy questions."
    ),
    "coverage": (
        "For how much of the questions' time a forecast stood, summed: 1 is one question from its "
        "opening to its close."
    ),
    "questions": _OUTCOMES,
    "final": "The part on questions with an outcome: it stays.",
    "provisional": "The part on open questions, as the current forecast expects it: it will move.",
    "withheld": (
        "Bits on questions that the submitter resolved: nobody is paid for what he decides."
    ),
    "records": "How many records of evidence stand behind the row.",
    "log2_loss": (
        "Mean of −log2 of the chance that was given to what happened: 0 is perfect, 1 is a coin. "
        "Less is better; ± is the standard error."
    ),
    "brier": (
        "Mean squared distance between chance and outcome: 0 is perfect, 0.25 is always saying "
        "50%. Less is better; ± is the standard error."
    ),
    "evidence_bits": _OF_CREDIT,
    "sources_bits": _OF_CREDIT,
    "voices_bits": (
        "How many bits a question the voice gained over the opening prior, which is what a "
        "question began with. The bar is the 90% interval."
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers.

    Attributes:
        says: what it means, in a sentence or three.
        address: of the board sorted by it, or the other way round where it is already.
        sorted: "ascending", "descending", or "" where it does not order the rows.
    """

    key: str
    label: str
    says: str
    address: str
    sorted: str


def columns_of(wish: BoardWish, language: str) -> tuple[Column, ...]:
    """Give the columns of a board, rank first."""
    return tuple(_column(key, wish, language) for key in ("rank", *COLUMNS[wish.board]))


def in_order(standings: tuple[Standing, ...], wish: BoardWish) -> list[Standing]:
    """Order rows by a column, best first unless asked otherwise; who has no number comes last."""
    key = wish.sort.removeprefix("-")
    if key not in ("rank", *COLUMNS[wish.board]):
        return list(standings)
    sign = 1.0 if _rises(key) else -1.0
    sign = -sign if wish.sort.startswith("-") else sign
    known = [standing for standing in standings if getattr(standing, key) is not None]
    unknown = [standing for standing in standings if getattr(standing, key) is None]
    return sorted(known, key=lambda standing: sign * float(getattr(standing, key))) + unknown


def written(standing: Standing, key: str, language: str) -> str:
    """Write a number of a row."""
    number = getattr(standing, key)
    if number is None:
        return "–"
    if key in ("questions", "records"):
        return f"{number:,}"
    if key == "chance_of_top":
        return percent(number, language)
    if key in _LESS_IS_BETTER:
        error = getattr(standing, f"{key}_error", None)
        return f"{number:.3f}" if error is None else f"{number:.3f} ± {error:.3f}"
    if key == "coverage":
        return f"{number:.1f}" if number >= 10 else f"{number:.2f}"
    return signed(number, 1 if key in ("peer", "baseline") else 2)


def signed(number: float, digits: int = 2) -> str:
    """Write a number with its sign; what rounds to nothing has none.

    >>> signed(0.314), signed(-0.004), signed(-3.26, 1)
    ('+0.31', '0.00', '−3.3')
    """
    if abs(number) < 0.5 * 10**-digits:
        return f"{0:.{digits}f}"
    return f"{number:+,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _column(key: str, wish: BoardWish, language: str) -> Column:
    """Give a column."""
    by = wish.sort or "rank"
    is_here, is_reversed = by.removeprefix("-") == key, by.startswith("-")
    direction = "ascending" if _rises(key) is not is_reversed else "descending"
    following = f"-{key}" if is_here and not is_reversed else key
    says = f"{wish.board}_{key}" if f"{wish.board}_{key}" in SAYS else key
    return Column(
        key=key,
        label=translate(LABELS[key], language),
        says=translate(SAYS[says], language),
        address=wish.address(sort="" if following == "rank" else following, page=1),
        sorted=direction if is_here else "",
    )


def _rises(key: str) -> bool:
    """Tell whether the best has the smallest number."""
    return key == "rank" or key in _LESS_IS_BETTER
