"""All that a question's page is made of, read once: its words, its history and its evidence."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from api.answers import QuestionAnswer
from api.pages.ledgers import EvidenceLine, evidence_lines
from api.pages.series import Moved
from api.pages.visits import Visit
from api.standings import question_answers
from data.facts import read_question
from data.standing import history_steps
from forecasts.timeline import Timeline

#: So many steps of a history are read at most.
_MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Story:
    """A question as it stood at the moment of a visit.

    Attributes:
        world: id of its world.
        timeline: of its world; None where that had not come.
        answer: its words, forecast and outcome.
        moves: its steps, oldest first.
        evidence: its records, newest first.
    """

    world: str
    timeline: Timeline | None
    answer: QuestionAnswer
    moves: tuple[Moved, ...]
    evidence: tuple[EvidenceLine, ...]

    @property
    def is_retrospective(self) -> bool:
        """Whether its history was replayed from a bank, whose evidence hindsight collected."""
        return any(line.is_replayed for line in self.evidence)


def read_story(connection: Connection, visit: Visit, question: str) -> Story:
    """Read a question as it stood.

    Raises:
        UnknownQuestion: there was none of this id.
    """
    at = visit.as_of
    world, _ = read_question(connection, question, at.until)
    (answer,) = question_answers(connection, at.at, question, at.until)
    steps = history_steps(connection, question, _MOST_STEPS, at.until)
    moves = tuple(Moved(step, json.loads(step.body)) for step in steps)
    return Story(
        world=world,
        timeline=visit.timelines.get(world),
        answer=answer,
        moves=moves,
        evidence=evidence_lines(connection, question, moves, visit.language, at.until),
    )
