"""What a record moves, or would move: every forecast before and after, in words."""

from dataclasses import dataclass

from sqlalchemy import Connection

from api.answers import EvidenceMoved, Movement
from api.comparisons import told_apart
from api.language import translate
from api.pages.ledgers import sign_of
from api.pages.wording import Wording, wording
from api.words import bits_in_words, forecast_in_words
from data.facts import read_questions
from data.formats.questions import QuestionFormat

#: Below so many bits a movement is not listed, but counted.
_WORTH_LISTING = 0.005


@dataclass(frozen=True, slots=True)
class MovedLine:
    """How one question moves."""

    question: str
    title: Wording
    before: str
    after: str
    bits: str
    sign: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Moves:
    """Every forecast that a record moves.

    Attributes:
        is_tried: it only would; nothing is stored.
        own: the question that the page is about; None where it does not move.
        others: those that move with it, the most moved first.
        hardly: how many more move by less than can be seen.
    """

    evidence: str
    is_tried: bool
    is_repeated: bool
    own: MovedLine | None
    others: tuple[MovedLine, ...]
    hardly: str


def moves_of(
    connection: Connection, moved: EvidenceMoved, question: str, language: str, *, is_tried: bool
) -> Moves:
    """Tell what a record moves."""
    asked = read_questions(connection, [movement.question for movement in moved.movements])
    lines = [
        _line(movement, asked[movement.question][1], question, language)
        for movement in moved.movements
    ]
    listed = [m.question for m in moved.movements if abs(m.bits) >= _WORTH_LISTING]
    others = tuple(x for x in lines if x.question in listed and not x.is_own)
    count = sum(not x.is_own for x in lines) - len(others)
    hardly = translate("{count} more questions move by less than 0.01 bits.", language)
    return Moves(
        evidence=moved.evidence.id,
        is_tried=is_tried,
        is_repeated=moved.repeated,
        own=next((line for line in lines if line.is_own), None),
        others=others,
        hardly=hardly.format(count=count) if count else "",
    )


def _line(movement: Movement, asked: QuestionFormat, own: str, language: str) -> MovedLine:
    """Tell how one question moves."""
    before, after = "–", forecast_in_words(movement.after, asked, language)
    if movement.before is not None:
        before, after = told_apart(movement.before, movement.after, asked, language)
    return MovedLine(
        question=movement.question,
        title=wording(asked.title, language),
        before=before,
        after=after,
        bits=bits_in_words(movement.bits),
        sign=sign_of(movement.bits),
        is_own=movement.question == own,
    )
