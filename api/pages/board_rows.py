"""One row of a leaderboard: its place, name, bits with their interval, drawn, and other numbers."""

from dataclasses import dataclass

from api.board_answers import CreditBoardRow, ForecasterStanding, VoiceStanding
from api.language import translate
from api.pages.board_columns import COLUMNS, LABELS, Standing, signed, written
from api.pages.board_wishes import BoardWish
from api.pages.names import Named
from api.pages.rank_bars import BitsScale, IntervalBar, rank_bar


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a row, and what stands above it on a small screen."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row of a board.

    Attributes:
        places: the interval of its place, in words; "" where it has none.
        interval: of its bits, in words.
        is_own: it is the reader's own.
    """

    id: str
    name: Named
    rank: str
    places: str
    rank_bar: IntervalBar | None
    bits: str
    interval: str
    bits_bar: IntervalBar | None
    cells: tuple[Cell, ...]
    is_own: bool = False


def id_of(standing: Standing) -> str:
    """Give the id of whom a row is about."""
    match standing:
        case ForecasterStanding():
            return standing.forecaster
        case CreditBoardRow():
            return standing.name
        case VoiceStanding():
            return standing.voice


def board_row(
    standing: Standing, name: Named, scale: BitsScale, count: int, wish: BoardWish, language: str
) -> BoardRow:
    """Write one row."""
    interval = _interval(standing)
    rank, low, high = standing.rank, standing.rank_low, standing.rank_high
    between = translate("{low} to {high}", language)
    has_places = rank is not None and low is not None and high is not None
    return BoardRow(
        id=id_of(standing),
        name=name,
        rank="–" if rank is None else str(rank),
        places=(f"{low}" if low == high else f"{low}–{high}") if has_places else "",
        rank_bar=rank_bar(rank, low, high, count)
        if rank is not None and low is not None and high is not None
        else None,
        bits="–" if standing.bits is None else signed(standing.bits),
        interval=between.format(low=signed(interval[0]), high=signed(interval[1]))
        if interval
        else "",
        bits_bar=None if standing.bits is None else scale.bar(standing.bits, interval),
        cells=tuple(
            Cell(key, translate(LABELS[key], language), written(standing, key, language))
            for key in COLUMNS[wish.board][1:]
        ),
    )


def _interval(standing: Standing) -> tuple[float, float] | None:
    """Give the interval of a row's bits."""
    if standing.low is None or standing.high is None:
        return None
    return standing.low, standing.high


def ends_of(standing: Standing) -> list[float]:
    """Give the numbers of bits that a row draws."""
    return [end for end in (standing.bits, standing.low, standing.high) if end is not None]
