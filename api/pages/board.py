"""The page of a leaderboard: who is best, drawn with what is unsure about it, and in words."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from api.asking import AsOf
from api.board_answers import CreditBoardRow, ForecasterStanding, VoiceStanding
from api.boards import Boards, Found
from api.instance import Instance
from api.judge import JudgingFailed, StillComputing
from api.language import translate
from api.pages.board_columns import Column, Standing, columns_of, in_order
from api.pages.board_filters import BoardFilters, board_filters
from api.pages.board_rows import BoardRow, board_row, ends_of, id_of
from api.pages.board_wishes import BOARDS, PAGE_ROWS, Board, BoardWish
from api.pages.board_words import ABOUT, TITLES, board_words
from api.pages.names import Named, forecaster_names, source_names, voice_name
from api.pages.rank_bars import bits_scale


@dataclass(frozen=True, slots=True)
class BoardTable:
    """The part of a board that changes while somebody looks at it.

    Attributes:
        words: who is best and how sure that is, sentence by sentence.
        waiting: why there is nothing yet; "" where there is.
        caveat: what must be known before anything is concluded; may be empty.
        shown, before, after: which rows these are, and where the others are.
        own: where the reader's own row is, if on another page; else "".
    """

    board: Board
    words: tuple[str, ...]
    waiting: str
    caveat: str
    columns: tuple[Column, ...]
    rows: tuple[BoardRow, ...]
    shown: str = ""
    before: str = ""
    after: str = ""
    own: str = ""

    @property
    def digest(self) -> str:
        """Name this state of the board: the same as long as nothing on it changes."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A leaderboard with its filters.

    Attributes:
        tabs: address and name of each board, and whether it is this one.
        live: address of the stream that brings what changes; "" for a past state.
    """

    title: str
    about: str
    tabs: tuple[tuple[str, str, bool], ...]
    filters: BoardFilters
    table: BoardTable
    live: str


async def board_page(
    boards: Boards, instance: Instance, wish: BoardWish, language: str, reader: str | None
) -> BoardPage:
    """Gather the page of a leaderboard, with the row of who reads marked."""
    table = await board_table(boards, instance, wish, language, reader)
    people = await boards.judgements.of_people(boards.as_of)
    with instance.database.read() as connection:
        filters = board_filters(connection, people.table.questions, wish, language)
    query = wish.query()
    live = f"/leaderboard/{wish.board}/live?lang={language}&have={table.digest}"
    return BoardPage(
        title=translate("Leaderboard", language),
        about=translate(ABOUT[wish.board], language),
        tabs=tuple(_tab(board, wish, language) for board in BOARDS),
        filters=filters,
        table=table,
        live="" if boards.as_of.is_past else f"{live}&{query}".rstrip("&"),
    )


async def board_table(
    boards: Boards, instance: Instance, wish: BoardWish, language: str, reader: str | None
) -> BoardTable:
    """Gather the rows of a leaderboard, or say that they are being computed."""
    try:
        found = await find_board(boards, wish)
    except (StillComputing, JudgingFailed) as error:
        words = translate(_WAITING[type(error)], language)
        return BoardTable(wish.board, (), words, "", columns_of(wish, language), ())
    with instance.database.read() as connection:
        table = _table(connection, found, wish, language)
    return _with_own(table, found, wish, reader)


async def find_board(boards: Boards, wish: BoardWish) -> Found[Standing]:
    """Rank who is asked for.

    Raises:
        StillComputing, JudgingFailed: there is nothing yet.
    """
    found: Found[Standing]
    match wish.board:
        case "forecasters":
            found = _any(await boards.of_forecasters(wish.rows, wish.who, wish.least_coverage, 1))
        case "evidence":
            found = _any(await boards.of_credit("submitter", wish.rows))
        case "sources":
            found = _any(await boards.of_credit("source", wish.rows))
        case "voices":
            found = _any(await boards.of_voices(wish.rows))
    return found


def present(instance: Instance) -> AsOf:
    """Give the present as a moment that is asked for."""
    return AsOf(instance.clock_instant(), is_past=False, recorded_at="")


_WAITING = {
    StillComputing: (
        "This board is being computed from the whole ledger, which takes a while. It comes by "
        "itself as soon as it is ready."
    ),
    JudgingFailed: (
        "This board could not be computed a moment ago; the server's log says why. It is tried "
        "again by itself."
    ),
}


def _any[Row: (ForecasterStanding, CreditBoardRow, VoiceStanding)](
    found: Found[Row],
) -> Found[Standing]:
    """Give a board as one of any kind of rows."""
    return Found(tuple(found.rows), found.computed, found.is_replayed)


def _table(
    connection: Connection, found: Found[Standing], wish: BoardWish, language: str
) -> BoardTable:
    """Write the rows of a page of a board."""
    ordered = in_order(found.rows, wish)
    first = PAGE_ROWS * (wish.page - 1)
    shown = ordered[first : first + PAGE_ROWS]
    names = _names(connection, [*shown, *found.rows[:1]], wish.board, language)
    scale = bits_scale([end for row in found.rows for end in ends_of(row)])
    count = sum(row.rank is not None for row in found.rows)
    more = first + PAGE_ROWS < len(ordered)
    table = BoardTable(
        board=wish.board,
        words=board_words(wish, found.rows, lambda name: names[name].text, language),
        waiting="",
        caveat=translate(_REPLAYED, language) if found.is_replayed else "",
        columns=columns_of(wish, language),
        rows=tuple(
            board_row(row, names[id_of(row)], scale, count, wish, language) for row in shown
        ),
    )
    if len(ordered) <= PAGE_ROWS:
        return table
    words = translate("{first}–{last} of {count}", language)
    return replace(
        table,
        shown=words.format(first=first + 1, last=first + len(shown), count=len(ordered)),
        before=wish.address(page=wish.page - 1) if wish.page > 1 else "",
        after=wish.address(page=wish.page + 1) if more else "",
    )


def _with_own(
    table: BoardTable, found: Found[Standing], wish: BoardWish, reader: str | None
) -> BoardTable:
    """Mark the row of who reads, or say where it is; sources and voices are nobody's own."""
    ids = [id_of(row) for row in in_order(found.rows, wish)]
    if wish.board not in ("forecasters", "evidence") or reader not in ids:
        return table
    page = ids.index(reader) // PAGE_ROWS + 1
    return replace(
        table,
        rows=tuple(replace(row, is_own=row.id == reader) for row in table.rows),
        own="" if page == wish.page else f"{wish.address(page=page)}#row-{reader}",
    )


_REPLAYED = (
    "Retrospective: behind some of these outcomes stands evidence that was collected with "
    "hindsight, by a bank that replays the past. It shows how the machine works, and is no merit; "
    "least of all of the naive sum, which takes every claim at its word, where all were chosen and "
    "graded by someone who knew what happened."
)


def _names(
    connection: Connection, rows: Sequence[Standing], board: Board, language: str
) -> dict[str, Named]:
    """Give what those on a board are called."""
    ids = list(dict.fromkeys(map(id_of, rows)))
    if board == "sources":
        return source_names(connection, ids, language)
    if board == "voices":
        return {name: voice_name(name, language) for name in ids}
    return forecaster_names(connection, ids, language)


def _tab(board: Board, wish: BoardWish, language: str) -> tuple[str, str, bool]:
    """Give the link to a board, with the filters that it shares."""
    kept = BoardWish(board, wish.period, wish.topic, as_of=wish.as_of)
    return kept.address(), translate(TITLES[board], language), board == wish.board
