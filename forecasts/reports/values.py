"""What a report is made of: sentences with their facts, tables and figures; JSON can hold all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: How a cell is written: words, a whole number, one with a digit more, one with three, bits with
#: their sign, a chance, or a day.
CellForm = Literal["words", "count", "amount", "score", "bits", "chance", "day"]
FigureKind = Literal["calibration", "pit", "trend"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of somebody's, in English and perhaps in Japanese."""

    en: str
    ja: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, such as 2025-12-31."""

    day: str


type Fact = float | int | str | Text | Day | Sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a message with places, and the facts that stand in them.

    Attributes:
        message: English; its Japanese stands in the catalogue under it.
        facts: by the names of the places.
        en, ja: the sentence as it was said when the report was made, so that later words of the
            program change nothing that was published; empty until then.
    """

    message: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    en: str = ""
    ja: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: of the column in files.
        heading: as readers see it.
        form: how its cells are written.
        interval: names of the columns that hold the ends of a 90% interval.
        is_shown: whether readers see it, or files alone hold it.
    """

    name: str
    heading: Sentence
    form: CellForm
    interval: tuple[str, str] | None = None
    is_shown: bool = True


type Cell = bool | float | int | str | Text | Day | Sentence | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, with what they are.

    Attributes:
        name: of its file.
        caption: what it shows, in a sentence.
        columns, rows: of one length each.
        most: so many rows are shown, and files hold the rest; 0: all.
    """

    name: str
    caption: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    most: int = 0
    block: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, as the numbers that it shows.

    Attributes:
        name: of its files.
        drawn: what is drawn.
        caption: what it shows, in a sentence.
        series: columns of numbers by their names, under the name of the series.
        facts: single numbers that stand in it.
    """

    name: str
    drawn: FigureKind
    caption: Sentence
    series: Mapping[str, Mapping[str, tuple[float | str | None, ...]]]
    facts: Mapping[str, float] = field(default_factory=dict)
    block: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together; `is_list` sets each by itself."""

    sentences: tuple[Sentence, ...]
    is_list: bool = False
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    words: Sentence
    block: Literal["heading"] = "heading"


type Block = Paragraph | Heading | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report."""

    name: str
    title: Sentence
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers by which quarters are set beside each other; None where nothing was scored.

    Attributes:
        questions: resolved ones that were scored; effective: how many unlinked ones they are worth.
        log2_loss, brier: of the model; low and high end a 90% interval of the loss.
        bits: the model's over the opening prior.
        e_value: against calibration of the model's yes-or-no forecasts.
    """

    questions: int
    effective: float | None
    annulled: int
    log2_loss: float | None
    low: float | None
    high: float | None
    brier: float | None
    bits: float | None
    e_value: float | None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report was built from.

    Attributes:
        entries, hash: the checkpoint of the ledger.
        made_with: versions of what the bytes depend on, and the platform.
    """

    entries: int
    hash: str
    made_with: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a quarter, whole.

    Attributes:
        format: version of this form.
        quarter: such as 2025Q4.
        first, last: its days.
        first_month: with which the year begins in its title.
        edition: 1 for the first.
        retrospective: whether scores rest on evidence that was collected with hindsight.
    """

    format: int
    quarter: str
    first: Day
    last: Day
    first_month: int
    edition: int
    title: Sentence
    retrospective: Literal["all", "some", "none"]
    headline: Headline
    origin: Origin
    sections: tuple[Section, ...]

    @property
    def tables(self) -> dict[str, Table]:
        """All tables, by name."""
        blocks = (block for section in self.sections for block in section.blocks)
        return {block.name: block for block in blocks if isinstance(block, Table)}

    @property
    def figures(self) -> dict[str, Figure]:
        """All figures, by name."""
        blocks = (block for section in self.sections for block in section.blocks)
        return {block.name: block for block in blocks if isinstance(block, Figure)}


def told(message: str, **facts: Fact) -> Sentence:
    """Make a sentence: what is given here has its Japanese in the catalogue."""
    return Sentence(message, facts)


def column(
    name: str,
    heading: Sentence,
    form: CellForm = "words",
    *,
    interval: bool = False,
    is_shown: bool = True,
) -> Column:
    """Make a column; one with an interval is followed by the columns of its ends."""
    ends = (f"{name}_low", f"{name}_high") if interval else None
    return Column(name, heading, form, ends, is_shown)


def with_ends(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Put the hidden ends of intervals behind their columns."""
    found: list[Column] = []
    for one in columns:
        found.append(one)
        found += [Column(end, one.heading, one.form, None, False) for end in one.interval or ()]
    return tuple(found)
