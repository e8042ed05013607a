"""The rows of a leaderboard as CSV: all of them, with the names that the API gives their fields."""

import csv
import io
from typing import Any

from api.board_answers import CreditBoardRow, ForecasterStanding, VoiceStanding
from api.boards import Found
from api.pages.board_columns import Standing
from api.pages.board_wishes import Board

_FIELDS: dict[Board, Any] = {
    "forecasters": ForecasterStanding,
    "evidence": CreditBoardRow,
    "sources": CreditBoardRow,
    "voices": VoiceStanding,
}


def board_csv(board: Board, found: Found[Standing]) -> str:
    """Write a board as CSV (RFC 4180), best first; `retrospective` says it for the whole board."""
    fields = [*_FIELDS[board].model_fields]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([*fields, "retrospective"])
    for row in found.rows:
        written = row.model_dump()
        table.writerow([*(written[name] for name in fields), str(found.is_replayed).lower()])
    return text.getvalue()
