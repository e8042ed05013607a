"""Joint tables as pages show them: how likely outcomes are together, as numbers on warm cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.wording import Wording, wording
from api.words import day_in_words, in_language, percent
from data.formats.questions import QuestionFormat
from forecasts.joint import Axis, JointTable
from forecasts.times import day_of

#: Cells are warm in so many steps, the last for half and more of all.
_STEPS, _WARMEST = 8, 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """How likely one combination is, and how likely it were if the questions were strangers."""

    chance: str
    apart: str
    warmth: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """The outcome of the first question, and a cell for each outcome of the second."""

    outcome: str
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of two questions; of a third one, what it comes out as in this one."""

    third: str
    rows: tuple[HeatRow, ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JointPart:
    """A joint table: its questions, what the second one can come out as, and its layers."""

    questions: tuple[Wording, ...]
    columns: tuple[str, ...]
    heats: tuple[Heat, ...]


def joint_part(
    table: JointTable, questions: Mapping[str, QuestionAnswer], language: str
) -> JointPart:
    """Give a joint table."""
    chances, axes = table.probabilities, table.axes
    alone = [_margin(chances, place) for place in range(chances.ndim)]
    written = [questions[axis.question].question for axis in axes]
    labels = [outcome_words(axis, one, language) for axis, one in zip(axes, written, strict=True)]
    layers = range(chances.shape[2]) if chances.ndim == 3 else (None,)
    return JointPart(
        questions=tuple(wording(one.title, language) for one in written),
        columns=labels[1],
        heats=tuple(_heat(chances, alone, labels, layer, language) for layer in layers),
    )


def outcome_words(axis: Axis, written: QuestionFormat, language: str) -> tuple[str, ...]:
    """Name the outcomes of an axis in a reader's language."""
    if axis.labels == ("no", "yes"):
        return translate("No", language), translate("Yes", language)
    if axis.labels:
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        return tuple(titles[label] for label in axis.labels)
    of_date = written.type == "date"
    cuts = [_cut(cut, language, of_date=of_date) for cut in axis.cuts]
    first, between, last = (
        ("by {high}", "after {low}, by {high}", "after {low}, or never")
        if of_date
        else ("below {high}", "{low} to {high}", "at least {low}")
    )
    inner = [
        translate(between, language).format(low=low, high=high) for low, high in pairwise(cuts)
    ]
    return (
        translate(first, language).format(high=cuts[0]),
        *inner,
        translate(last, language).format(low=cuts[-1]),
    )


def _cut(cut: float, language: str, *, of_date: bool) -> str:
    """Write where an axis is cut."""
    return day_in_words(day_of(cut - 1).isoformat(), language) if of_date else f"{cut:.4g}"


def _margin(chances: Any, place: int) -> Any:
    """Give how likely each outcome of one question is by itself."""
    others = tuple(axis for axis in range(chances.ndim) if axis != place)
    return chances.sum(axis=others)


def _heat(
    chances: Any,
    alone: Sequence[Any],
    labels: Sequence[tuple[str, ...]],
    layer: int | None,
    language: str,
) -> Heat:
    """Give the table of the first two questions, at one outcome of the third."""
    shown = chances if layer is None else chances[:, :, layer]
    share = 1.0 if layer is None else float(alone[2][layer])
    cells = {
        (row, column): _cell(
            float(shown[row, column]),
            float(alone[0][row] * alone[1][column] * share),
            language,
        )
        for row, column in product(range(shown.shape[0]), range(shown.shape[1]))
    }
    return Heat(
        third="" if layer is None else labels[2][layer],
        rows=tuple(
            HeatRow(
                outcome=labels[0][row],
                cells=tuple(cells[row, column] for column in range(shown.shape[1])),
                total=percent(float(shown[row].sum()), language),
            )
            for row in range(shown.shape[0])
        ),
        totals=tuple(percent(float(one), language) for one in shown.sum(axis=0)),
    )


def _cell(chance: float, apart: float, language: str) -> Cell:
    """Give one cell."""
    warmth = min(round(_STEPS * min(chance, _WARMEST) / _WARMEST), _STEPS)
    return Cell(percent(chance, language), f"({percent(apart, language)})", warmth)
