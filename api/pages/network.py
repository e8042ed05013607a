"""A world in one look: its drivers and open questions as a graph, placed by hand in two layers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from api.answers import DriverAnswer, QuestionAnswer
from api.language import translate
from api.pages.wording import DIRECTIONS, Wording, wording
from api.words import forecast_in_words
from data.formats.questions import QuestionFormat

#: Height of a question's row, and where the layers end and begin; in the drawing's own units.
_ROW = 52.0
_DRIVERS_END, _QUESTIONS_BEGIN = 250.0, 560.0
WIDTH = 1040.0
#: Room of a line of a title, in Latin letters, and lines; a Japanese letter is so much wider.
_ROOM, _WIDER, _MOST_LINES = 62.0, 1.85, 2
#: What a line is not broken in: a word with its space, or a letter of Japanese with the signs and
#: small letters after it, with which no line begins.
_NO_START = "、。・」』）？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_WORD = re.compile(rf"[!-~\u00c0-\u024f\u2010-\u2027]+ ?|.[{_NO_START}]*")
#: A line is as thick as its loading: so much for 1, and never thinner than can be seen.
_THICKNESS, _THINNEST = 9.0, 1.2
#: Sweeps that bring what hangs together nearer: after these nothing moves.
_SWEEPS = 6


@dataclass(frozen=True, slots=True)
class DriverNode:
    """A driver: where it stands, and where evidence has moved it."""

    id: str
    title: Wording
    high: Wording
    state: str
    y: float


@dataclass(frozen=True, slots=True)
class QuestionNode:
    """A question: where it stands, its title in lines, and its forecast."""

    id: str
    title: Wording
    lines: tuple[str, ...]
    forecast: str
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """How a question hangs on a driver.

    Attributes:
        sign: up, down, or mixed where options of one question are moved apart.
        words: what a high driver does to the question.
    """

    driver: str
    question: str
    path: str
    thickness: float
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Network:
    """The graph of a world."""

    title: Wording
    height: float
    drivers: tuple[DriverNode, ...]
    questions: tuple[QuestionNode, ...]
    edges: tuple[Edge, ...]

    def of_driver(self, driver: str) -> tuple[tuple[Edge, QuestionNode], ...]:
        """Give what hangs on a driver, most first."""
        nodes = {node.id: node for node in self.questions}
        edges = [edge for edge in self.edges if edge.driver == driver]
        edges.sort(key=lambda edge: -edge.thickness)
        return tuple((edge, nodes[edge.question]) for edge in edges)


def network(
    title: Wording,
    drivers: Sequence[DriverAnswer],
    answers: Sequence[QuestionAnswer],
    loadings: Mapping[str, QuestionFormat],
    language: str,
) -> Network:
    """Draw a world.

    Args:
        loadings: the question by whose curve each hangs on drivers: itself, or its parent.
    """
    pulls = {
        (loading.driver, answer.id): _pull(loadings[answer.id], loading.driver)
        for answer in answers
        for loading in loadings[answer.id].loadings
    }
    above, below = _ordered([d.id for d in drivers], [a.id for a in answers], pulls)
    height = _ROW * max(len(below), len(above), 1)
    at_left, at_right = _spread(above, height), _spread(below, height)
    by_id, asked = {driver.id: driver for driver in drivers}, {a.id: a for a in answers}
    return Network(
        title=title,
        height=height,
        drivers=tuple(_driver(by_id[name], at_left[name], language) for name in above),
        questions=tuple(_question(asked[name], at_right[name], language) for name in below),
        edges=tuple(
            _edge(driver, asked[name], pull, at_left[driver], at_right[name], language)
            for (driver, name), pull in pulls.items()
        ),
    )


def _pull(written: QuestionFormat, driver: str) -> tuple[float, str]:
    """Give how strongly a driver pulls at a question, and which way."""
    weights = [one.weight for one in written.loadings if one.driver == driver]
    strongest = max(abs(weight) for weight in weights)
    if written.type == "multiple_choice":
        return strongest, "mixed"
    return strongest, "up" if sum(weights) > 0 else "down"


def _ordered(
    drivers: list[str], questions: list[str], pulls: Mapping[tuple[str, str], tuple[float, str]]
) -> tuple[list[str], list[str]]:
    """Order both layers so that few lines cross: each node by where its neighbours stand."""
    for _ in range(_SWEEPS):
        questions = _by_neighbours(questions, drivers, {(q, d): p for (d, q), p in pulls.items()})
        drivers = _by_neighbours(drivers, questions, pulls)
    return drivers, questions


def _by_neighbours(
    layer: list[str], other: list[str], pulls: Mapping[tuple[str, str], tuple[float, str]]
) -> list[str]:
    """Order a layer by the weighted mean place of each node's neighbours."""
    places = {name: place / max(len(other) - 1, 1) for place, name in enumerate(other)}

    def middle(name: str) -> float:
        own = [(pull[0], places[far]) for (near, far), pull in pulls.items() if near == name]
        return sum(w * at for w, at in own) / sum(w for w, _ in own) if own else 1.0

    return sorted(layer, key=middle)


def _spread(layer: Sequence[str], height: float) -> dict[str, float]:
    """Give the nodes of a layer their heights, evenly."""
    step = height / max(len(layer), 1)
    return {name: round(step * (place + 0.5), 1) for place, name in enumerate(layer)}


def _driver(driver: DriverAnswer, y: float, language: str) -> DriverNode:
    """Give a driver's node."""
    mean = format_decimal(driver.mean, "+0.0;\N{MINUS SIGN}0.0", locale=language)
    spread = format_decimal(driver.sd, "0.0", locale=language)
    state = translate("now {mean} ± {spread}", language).format(mean=mean, spread=spread)
    title, high = wording(driver.title, language), wording(driver.high, language)
    return DriverNode(driver.id, title, high, state, y)


def _question(answer: QuestionAnswer, y: float, language: str) -> QuestionNode:
    """Give a question's node."""
    title = wording(answer.question.title, language)
    forecast = ""
    if answer.forecast:
        forecast = forecast_in_words(answer.forecast, answer.question, language)
    return QuestionNode(answer.id, title, broken(title.text, _ROOM, _MOST_LINES), forecast, y)


def broken(text: str, room: float, most: int) -> tuple[str, ...]:
    """Break a text into lines; what does not fit is left out with a sign.

    Args:
        room: of a line, in Latin letters.
        most: lines at most.

    >>> broken("Will it come by June?", 12, 2)
    ('Will it come', 'by June?')
    """
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and _width(lines[-1] + word.rstrip()) > room:
            lines.append("")
        lines[-1] = (lines[-1] + word).lstrip()
    shown = [line.rstrip() for line in lines[:most]]
    return (*shown[:-1], f"{shown[-1]}…") if len(lines) > most else tuple(shown)


def _width(text: str) -> float:
    """Give about how wide a text is, in Latin letters."""
    return sum(1.0 if letter < "\u2e80" else _WIDER for letter in text)


def _edge(
    driver: str,
    answer: QuestionAnswer,
    pull: tuple[float, str],
    left: float,
    right: float,
    language: str,
) -> Edge:
    """Give the line between a driver and a question."""
    weight, sign = pull
    middle = (_DRIVERS_END + _QUESTIONS_BEGIN) / 2
    start, end = f"{_DRIVERS_END:g},{left:g}", f"{_QUESTIONS_BEGIN:g},{right:g}"
    path = f"M{start}C{middle:g},{left:g} {middle:g},{right:g} {end}"
    towards = "moves options apart"
    if sign != "mixed":
        towards = DIRECTIONS[answer.question.type][sign == "down"]
    words = f"{translate(towards, language)} ({format_decimal(weight, '0.0#', locale=language)})"
    thickness = round(max(weight * _THICKNESS, _THINNEST), 1)
    return Edge(driver, answer.id, path, thickness, sign, words)
