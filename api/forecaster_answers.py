"""The shapes of the API's answers on forecasters, and their profiles as they are written."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.answers import Answer, iso
from data.formats.base import Format, Line
from forecasts.board_entries import BoardEntry

About = Annotated[
    str, StringConstraints(pattern=r"^[^\x00]*$", strip_whitespace=True, max_length=2_000)
]


class ProfileWanted(Format):
    """What a profile shall say; what is left out stays as it is."""

    name: Line | None = None
    about: About | None = None


class SkillAnswer(Answer):
    """Bits per question beside the others at the same times, on resolved questions."""

    bits: float
    low: float = Field(description="of the 90% interval")
    high: float
    questions: int
    coverage: float = Field(description="summed over questions")


class ForecasterAnswer(Answer):
    """Who forecasts: a person, a bot, a curator, or a voice of Kizashi's own."""

    id: str
    kind: str
    name: str | None = Field(description="null where it was forgotten")
    about: str | None
    since: str | None = Field(description="when it came, or first submitted something")
    forecasts: int
    questions: int = Field(description="on which it has forecast")
    standing: int = Field(description="forecasts that stand")
    evidence: int
    resolutions: int
    resolved: int = Field(description="questions with an outcome on which it stood")
    coverage: float | None = Field(description="mean share of their windows in which it stood")
    skill: SkillAnswer | None = Field(description="null where nobody stood beside it")


class ForecasterList(Answer):
    """A page of forecasters, by id."""

    items: tuple[ForecasterAnswer, ...]
    next_cursor: str | None


#: What Kizashi's own voices are called.
VOICE_NAMES = {
    "model": ("Kizashi's model", "Reads evidence; see docs/model.md."),
    "crowd": ("The crowd", "People and bots, pooled by recency; see docs/crowds.md."),
    "markets": ("The markets", "Linked prices, pooled; see docs/markets.md."),
    "house": ("The house", "Model, crowd and markets, pooled; see docs/crowds.md."),
    "opening-prior": ("The opening prior", "What a question opened with."),
    "naive-sum": ("The naive sum", "The prior times every claimed ratio, as if all were true."),
}


def forecaster_answer(
    row: Any, counts: dict[str, float], entry: BoardEntry | None
) -> ForecasterAnswer:
    """Give a forecaster as an answer.

    Args:
        row: of the table of actors.
        counts: what he has submitted.
        entry: on the board of all; None for who stood on no resolved question.
    """
    is_forgotten = row.forgotten_at is not None
    since = row.created_at if row.created_at is not None else counts.get("first")
    return ForecasterAnswer(
        id=row.id,
        kind=row.kind,
        name=None if is_forgotten else row.name,
        about=None if is_forgotten else row.about,
        since=None if since is None else iso(since),
        forecasts=int(counts.get("forecasts", 0)),
        questions=int(counts.get("questions", 0)),
        standing=int(counts.get("standing", 0)),
        evidence=int(counts.get("evidence", 0)),
        resolutions=int(counts.get("resolutions", 0)),
        **_judged(entry),
    )


def voice_answer(voice: str, kind: str, entry: BoardEntry | None) -> ForecasterAnswer:
    """Give a voice as an answer."""
    name, about = VOICE_NAMES[voice]
    return ForecasterAnswer(
        id=voice, kind=kind, name=name, about=about, since=None, forecasts=0, questions=0,
        standing=0, evidence=0, resolutions=0, **_judged(entry),
    )  # fmt: skip


def _judged(entry: BoardEntry | None) -> dict[str, Any]:
    """Give what resolved questions say of a forecaster."""
    if entry is None:
        return {"resolved": 0, "coverage": None, "skill": None}
    skill = None
    if entry.bits is not None and entry.interval is not None:
        skill = SkillAnswer(
            bits=entry.bits,
            low=entry.interval[0],
            high=entry.interval[1],
            questions=entry.questions,
            coverage=entry.coverage,
        )
    mean = entry.coverage / entry.questions
    return {"resolved": entry.questions, "coverage": mean, "skill": skill}
